"""NBD823: a part of Keras is used in a way that it does not work in."""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nbdiag.facts.crash.data import by_place, float_length
from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.kind import without_super
from nbdiag.facts.crash.misuse import misuse_of
from nbdiag.facts.crash.output import CATEGORICAL, SPARSE, loss_of
from nbdiag.language import later, say
from nbdiag.rules.crash.call_mistakes import begun, explain_misuse
from nbdiag.rules.crash.data_preparation import as_arrays, coloured, enlarged, named_metrics
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.rules.crash.monitors import direction, is_of_compile, known_metric
from nbdiag.rules.crash.shape_fixes import keras_function
from nbdiag.schema.changes import (
    EncodeLabels,
    SetCallArgument,
    SetLoss,
    SetOptimizerArgument,
    WriteInPlace,
)
from nbdiag.schema.finding import Aspect, Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call, site_of, text_at
from nbdiag.syntax.calls import CellCall, calls_in
from nbdiag.syntax.queries.batches import Batches
from nbdiag.syntax.text.nodes import code_of, is_name


class PartOfKerasMisused(CrashRule):
    """A part of Keras is used in a way that it does not work in.

    What it finds
    -------------
    An optimizer that was built for another model, a custom layer or model without
    super().__init__() or call(), or with an attribute that belongs to Keras, a layer asked for by a
    name that there is not, layers of the same name, a tensor of Keras used as if it had values or
    given as a setting, tensors given one by one where a list belongs, another number of states than
    a recurrent layer returns, a custom loss or metric that is not called, returns nothing or
    computes with NumPy or scikit-learn, a stateful layer without a fixed batch, a callback that
    watches a metric of another name, or a custom one without a mode, or that sets the learning rate
    beside a schedule; a sequence of batches whose length is not a whole number or
    that looks up rows of a table by their place; pictures that a pretrained network cannot take;
    the class of a callback in the place of an object made from it, a generator that yields lists, a
    method of NumPy's arrays on a tensor, a class, method or argument whose name is misspelt.

    Why it hurts
    ------------
    Keras says what it cannot do, but not where in the cell it was asked to.

    Example
    -------
    ::

        optimizer = keras.optimizers.Adam()
        first.compile(optimizer, "mse")
        second.compile(optimizer, "mse")

    Use instead
    -----------
    ::

        first.compile(keras.optimizers.Adam(), "mse")
        second.compile(keras.optimizers.Adam(), "mse")

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    A layer's name counts as misspelt when one of the model is at least 60 % like it (difflib, its
    own default).

    References
    ----------
    Keras documentation, Making new layers and models via subclassing; Optimizers.
    """

    code = "NBD823"
    name = "part-of-keras-misused"
    aspect = "architecture"
    kind = "misused"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report what is used wrongly, and how it works."""
        owner = without_super(run, crash)
        if owner is not None:
            yield self.explain(
                crash,
                say(_NOT_BEGUN) + " " + say("Here it is the class {name}.", name=owner),
                (Evidence(say("class"), owner, "super().__init__()", "cell"),),
                first_of(begun(run, owner), otherwise=say(_BEGIN)),
            )
            return
        misuse = misuse_of(run, crash)
        if misuse is not None:
            item = explain_misuse(run, crash, misuse)
            yield self.explain(
                crash,
                item.message,
                (Evidence(*item.evidence, "cell"),),
                first_of(item.fix, otherwise=item.advice or item.message),
                aspect=item.aspect,
            )
            return
        batches = float_length(run) or by_place(run)
        if batches is not None:
            yield self._of_batches(run, crash, batches)
            return
        cases = (item for item in _CASES if item.applies(run, crash.line))
        case = next(cases, None)
        if case is None:
            return
        found = re.search(case.pattern, crash.line)
        named = {key: value or "" for key, value in (found.groupdict() if found else {}).items()}
        call = failed_call(run)
        yield self.explain(
            crash,
            say(case.message, **named) if named else say(case.message),
            (
                Evidence(
                    say("call"),
                    f"{call.name}(…)" if call else crash.caller or "?",
                    say("one that works"),
                    "cell",
                ),
            ),
            first_of(case.fix(run, named), otherwise=say(case.advice)),
            aspect=case.aspect,
        )

    def _of_batches(self, run: TrainingRun, crash: Crash, batches: Batches) -> Finding:
        """Explain a custom sequence of batches that fails."""
        name, text = batches.owner.name, code_of(batches.node)
        if crash.type == "TypeError":
            site = site_of(batches.cell, batches.node)
            old = text_at(batches.cell, site)
            return self.explain(
                crash,
                say(
                    "__len__ of {name} returns {text}, a float: the number of batches must be a "
                    "whole number, an int.",
                    name=name,
                    text=text,
                ),
                (Evidence("__len__", "float", "int", "cell"),),
                first_of(
                    fix_of(
                        say("Return a whole number: int(…)"), WriteInPlace(site, old, f"int({old})")
                    ),
                    otherwise=say("Return a whole number: int(…)"),
                ),
                aspect="inputs",
            )
        return self.explain(
            crash,
            say(
                "{name} looks up {text} by its position, but what it is given is a column of a "
                "pandas table (a Series): there a number is looked for among the labels of the "
                "index, which have gaps and another order after a split, a sample or a filter.",
                name=name,
                text=text,
            ),
            (Evidence(say("looked up"), crash.line, say("a label of the index"), "pandas"),),
            first_of(
                as_arrays(run, batches),
                otherwise=say("Give it arrays with to_numpy(), or look up rows with iloc"),
            ),
            aspect="inputs",
        )


@dataclass(frozen=True)
class _Case:
    """What an exception says, what it comes from, and what to do."""

    pattern: str
    aspect: Aspect
    message: str
    advice: str
    fix: Callable[[TrainingRun, dict[str, str]], Fix | None] = lambda _run, _named: None
    only: Callable[[TrainingRun, dict[str, str]], bool] = lambda _run, _named: True

    def applies(self, run: TrainingRun, line: str) -> bool:
        """Whether an exception and the run that it ended are of this case."""
        found = re.search(self.pattern, line)
        named = {key: value or "" for key, value in (found.groupdict() if found else {}).items()}
        return found is not None and self.only(run, named)


def _other_optimizer(run: TrainingRun, _: dict[str, str]) -> Fix | None:
    """Create a separate optimizer for the model, with the same settings."""
    for item in reversed(calls_in(run)):
        node = item.argument(0, "optimizer") if item.name == "compile" else None
        if is_name(node):
            code = f"type({node.id}).from_config({node.id}.get_config())"
            change = SetCallArgument(item.call, "optimizer", code)
            return fix_of(say("Create a new optimizer for this model"), change)
    return None


def _as_columns(run: TrainingRun, _: dict[str, str]) -> Fix | None:
    """Write class numbers as the columns that such metrics count in."""
    heads = () if isinstance(run.model, Missing) else run.model.heads
    units = heads[0].units if len(heads) == 1 else None
    if loss_of(run) != SPARSE or units is None or units < 2:  # noqa: PLR2004 - columns
        return None
    return fix_of(
        say("Write the labels one-hot"),
        EncodeLabels("one_hot", units),
        SetLoss(CATEGORICAL),
    )


def _near_layer(run: TrainingRun, named: dict[str, str]) -> Fix | None:
    """Ask for the layer whose name is meant."""
    names = re.findall(r"'([^']+)'", named.get("names", ""))
    near = difflib.get_close_matches(named.get("name", ""), names, n=1)
    call: CellCall | None = failed_call(run)
    if not near or call is None or call.name != "get_layer":
        return None
    change = SetCallArgument(call.call, "name", f'"{near[0]}"')
    return fix_of(say("Ask for the layer {name}", name=near[0]), change)


def _plain_rate(run: TrainingRun, _: dict[str, str]) -> Fix | None:
    """Find the learning rate that the schedule begins with, for the optimizer."""
    rate = Missing("") if isinstance(run.compile, Missing) else run.compile.optimizer.learning_rate
    if isinstance(rate, Missing):
        return None
    title = say("Give the optimizer a plain learning rate of {rate:.3g}", rate=rate)
    return fix_of(title, SetOptimizerArgument("learning_rate", float(f"{rate:.3g}")))


_NOT_BEGUN = later(
    "A custom layer, model or metric sets its attributes before Keras has prepared it: "
    "super().__init__() is missing at the start of its __init__."
)
_BEGIN = later("Write super().__init__() as the first line of __init__")
_CASES = (
    _Case(
        r"Unknown variable: .*This optimizer can only be called for the variables it was",
        "optimizer",
        later("The optimizer was built for another model: it keeps a memory for each weight of "
              "that one, and does not know the weights of this model."),
        later("Make a new optimizer for each model, in compile"),
        _other_optimizer,
    ),
    _Case(
        r"forgot to call `super\(\).__init__\(\)`",
        "architecture",
        _NOT_BEGUN,
        _BEGIN,
    ),
    _Case(
        r"Model (?P<name>\w+) does not have a `call\(\)` method",
        "architecture",
        later("The model {name} does not say what it computes: it has no method call(self, "
              "inputs), or its name is misspelt or indented wrongly."),
        later("Define call(self, inputs) in the class, and return the output"),
    ),
    _Case(
        r"No such layer: (?P<name>[^.]+)\. Existing layers are: (?P<names>\[.*?\])",
        "architecture",
        later("The model has no layer called {name}: its layers are {names}."),
        later("Ask for a layer by the name that summary() shows"),
        _near_layer,
    ),
    _Case(
        r"A KerasTensor is symbolic|Iterating over a symbolic KerasTensor|"
        r"A symbolic KerasTensor cannot be used as a boolean",
        "architecture",
        later("A tensor between the layers of a model has no values yet: it cannot be turned into "
              "an array, iterated over or used in an if. Layers and keras.ops take it."),
        later("Use layers or keras.ops on it, and values of the data elsewhere"),
        lambda run, _: keras_function(run),
    ),
    _Case(
        r"could not automatically infer the shape of the Lambda",
        "architecture",
        later("Keras cannot tell the output shape of the function in a Lambda layer."),
        later("Give the Lambda layer output_shape, or use functions of keras.ops in it"),
    ),
    _Case(
        r"stateful=True` in a RNN, the batch size must be static|If an RNN is stateful, the batch",
        "batch_size",
        later("A stateful recurrent layer keeps one state per sample of the batch, so every "
              "batch must have the same, declared number of samples."),
        later("Declare the batch in Input(batch_shape=(samples, …)), and give fit that batch_size"),
    ),
    _Case(
        r"callback received monitor=(?P<monitor>\S+), but Keras isn't able",
        "notebook",
        later("A callback watches {monitor}, a custom metric: Keras cannot know whether it should "
              "rise or fall, so the callback has to be given a mode."),
        later('Give the callback mode="max" for a score, mode="min" for an error'),
        direction,
        is_of_compile,
    ),
    _Case(
        r"optimizer was created with a `LearningRateSchedule`",
        "optimizer",
        later("The optimizer follows a learning rate schedule, so nothing else can set its "
              "learning rate: ReduceLROnPlateau and LearningRateScheduler need a plain number."),
        later("Give the optimizer a number as its learning rate, or leave the callback out"),
        _plain_rate,
    ),
    _Case(
        r"callback received monitor=(?P<monitor>\S+), but Keras isn't able",
        "notebook",
        later("A callback watches {monitor}, and this training has no metric of that name: Keras "
              "cannot know whether it should rise or fall."),
        later("Name a metric of the history, such as val_accuracy or val_loss"),
        known_metric,
    ),
    _Case(
        r"dtype='string' is not a valid dtype",
        "metrics",
        later("The third argument of compile is loss_weights, a number for each loss: a list of "
              "names in that place is not taken as metrics."),
        later("Name the argument: metrics=[…]"),
        named_metrics,
    ),
    _Case(
        r"LogicalAnd",
        "metrics",
        later("Precision, recall and AUC count yes and no in each column of the output, but the "
              "labels are class numbers, a single column: they need one-hot labels."),
        later("Write the labels one-hot, or remove these metrics"),
        _as_columns,
    ),
    _Case(
        r"FBetaScore expects 2D inputs|`y_pred` must have rank 2 when `multi_label",
        "metrics",
        later("The metric compares one-hot labels with outputs column by column, but the labels "
              "are class numbers or a single column."),
        later("Give the labels as columns, or take another metric"),
        _as_columns,
    ),
    _Case(
        r"Generator yielded an element of shape",
        "inputs",
        later("The batches of the generator differ in another size than the number of samples."),
        later("Pad or resize all samples to one shape before they are yielded"),
    ),
    _Case(
        r"The input must have (?P<count>\d+) channels; Received `?input_shape=(?P<grey>\([^)]*\))",
        "inputs",
        later("The weights of a pretrained network are for images of {count} channels (colour), "
              "but it is declared for {grey}."),
        later("Repeat the grey channel three times before the network"),
        coloured,
    ),
    _Case(
        r"Input size must be at least (?P<least>\d+)x\d+; "
        r"Received: input_shape=(?P<shape>\([^)]*\))",
        "inputs",
        later("A pretrained network halves its images several times: it takes {least} x {least} "
              "at least, but is declared for {shape}."),
        later("Resize or pad the images before the network"),
        enlarged,
    ),
)  # fmt: skip
