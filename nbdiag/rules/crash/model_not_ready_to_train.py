"""NBD815: the model is not compiled, or names something that Keras does not know."""

import re
from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, written
from nbdiag.facts.crash.layer_chain import steps_of
from nbdiag.facts.crash.near_name import near_words
from nbdiag.facts.crash.snippet import rewritten
from nbdiag.keras_api import initializers
from nbdiag.keras_api.activations import KNOWN
from nbdiag.keras_api.losses import LOSSES
from nbdiag.keras_api.metrics import METRICS
from nbdiag.keras_api.optimizers import CLASSES
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import (
    AddCompile,
    InsertBesideCall,
    MetricSpec,
    ReplaceMetric,
    SetCallArgument,
    SetLoss,
    SetOptimizer,
    WriteInPlace,
)
from nbdiag.schema.finding import Aspect, Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_of
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.origins import origin_of
from nbdiag.syntax.text.nodes import code_of, is_attribute, is_name
from nbdiag.syntax.values import row_shape, value_of


class ModelNotReadyToTrain(CrashRule):
    """The model is not compiled, or names something that Keras does not know.

    What it finds
    -------------
    fit without compile, compile without a loss or with a class in the place of an optimizer, a
    model whose layers are asked for their outputs before it knows its inputs, and a loss,
    optimizer, metric or activation whose name is misspelt.

    Why it hurts
    ------------
    compile says what is minimised and how. Keras looks the names up as late as in fit, so the
    exception stands far from the misspelling.

    Example
    -------
    ::

        model.compile("adam", loss="binary_cross_entropy")

    Use instead
    -----------
    ::

        model.compile("adam", loss="binary_crossentropy")

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with. The loss for a model without one is the one that reads its labels as they are.

    Thresholds and their source
    ---------------------------
    A name counts as misspelt when one of Keras is at least 60 % like it (difflib, its own
    default).

    References
    ----------
    Keras documentation, Model.compile.
    """

    code = "NBD815"
    name = "model-not-ready-to-train"
    aspect = "loss"
    kind = "not ready"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Compile, or correct the name."""
        made = _CLASS.search(crash.line)
        if made is not None:
            yield self._not_made(run, crash, made["what"], made["name"])
            return
        other = _NO_NAME.search(crash.line)
        if other is not None:
            yield self._no_name(crash, other["what"].split()[0], other["given"])
            return
        found = _UNKNOWN.search(crash.line)
        if found is not None:
            yield self._misspelt(run, crash, found["what"].split()[0], found["name"])
            return
        if "has never been called" in crash.line:
            yield self._unbuilt(run, crash)
            return
        loss = loss_for(run)
        if "No loss" in crash.line:
            message = say(
                "compile was given no loss, so there is nothing to minimise: {loss} fits here.",
                loss=loss,
            )
            fix = fix_of(say("Minimise {loss}", loss=loss), SetLoss(loss))
        else:
            message = say(
                "The model was never compiled: fit needs an optimizer and a loss such as {loss}.",
                loss=loss,
            )
            metrics = ("accuracy",) if "crossentropy" in loss else ()
            fix = fix_of("Compile the model", AddCompile(loss, "adam", metrics))
        yield self.explain(
            crash,
            message,
            (Evidence("loss", "none", loss, "compile"),),
            first_of(fix, otherwise="Call model.compile(optimizer, loss)"),
        )

    def _not_made(self, run: TrainingRun, crash: Crash, what: str, name: str) -> Finding:
        """Explain a class that is given where an object made from it belongs."""
        fix = None
        for item in calls_of(run):
            node = item.argument(_OF_COMPILE.get(what, -1), what)
            if item.name == "compile" and (is_name(node) or is_attribute(node)):
                change = SetCallArgument(item.call, what, f"{code_of(node)}()")
                fix = fix_of(say("Make the {what}: {name}()", what=say(what), name=name), change)
        return self.explain(
            crash,
            say(
                "compile is given the class {name}, not an {what} made from it: the brackets are "
                "missing, {name}().",
                name=name,
                what=say(what),
            ),
            (Evidence(what, name, f"{name}()", "compile"),),
            first_of(fix, otherwise=say("Write {name}() in compile", name=name)),
            aspect=_ASPECTS.get(what, "loss"),
        )

    def _no_name(self, crash: Crash, what: str, given: str) -> Finding:
        """Explain a number, a module or another library's object in the place of a name."""
        known = ", ".join(NAMES.get(what, ())[:3])
        return self.explain(
            crash,
            say(
                "{given} is not a Keras {what}: it takes a name ({known}) or an object of "
                "keras.{module}.",
                given=given,
                what=say(what),
                known=known,
                module=f"{what}s" if what != "loss" else "losses",
            ),
            (Evidence(what, given, known, "compile"),),
            first_of(otherwise=say("Use the name of a {what} of Keras", what=say(what))),
            aspect=_ASPECTS.get(what, "loss"),
        )

    def _unbuilt(self, run: TrainingRun, crash: Crash) -> Finding:
        """Explain layers that are asked for their tensors before there are any."""
        row = row_shape(run)
        first = next(iter(steps_of(run)), None)
        fix = None
        if (
            row is not None
            and first is not None
            and first.call is not None
            and not any(declared(run))
        ):
            change = InsertBesideCall("Input", first.call, before=True, values=_known(row))
            title = say("Declare samples of shape {row}", row=written(row))
            fix = fix_of(title, change if _known(row) else None)
        return self.explain(
            crash,
            say(
                "The model does not know the shape of its inputs yet, so its layers have no "
                "input and no output: a Sequential model is built by an Input or by its first "
                "call."
            ),
            (Evidence("Input", "none", written(row), "cell"),),
            first_of(fix, otherwise=say("Begin the model with Input(shape=…)")),
            aspect="architecture",
        )

    def _misspelt(self, run: TrainingRun, crash: Crash, what: str, name: str) -> Finding:
        known = NAMES.get(what, ())
        near = near_words(name, known)
        aspect, fix = _corrected(run, what, name, near[0] if near else None)
        return self.explain(
            crash,
            say(
                "Keras knows no {what} called {name!r}: {near!r} is meant."
                if near
                else "Keras knows no {what} called {name!r}: check its name.",
                what=say(what),
                name=name,
                near=near[0] if near else "",
            ),
            (Evidence(what, name, near[0] if near else "a name of Keras", "cell"),),
            first_of(fix, otherwise=say("Use the name of a {what} of Keras", what=say(what))),
            aspect=aspect,
        )


def _known(row: Shape) -> tuple[int, ...]:
    return tuple(size for size in row if size is not None) if None not in row else ()


_UNKNOWN = re.compile(
    r"Could not interpret (?P<what>\w+(?: function)?) identifier: '?(?P<name>\w[\w-]*)"
)
_CLASS = re.compile(
    r"Could not interpret (?P<what>\w+)(?: function)? identifier: "
    r"<class '(?:[\w.]+\.)?(?P<name>\w+)'>"
)
_NO_NAME = re.compile(
    r"Could not interpret (?P<what>\w+(?: function)?) identifier: "
    r"(?P<given>[\d.]+|<module '[\w.]+'|<[\w.]+ object)"
)
_OF_COMPILE = {"optimizer": 0, "loss": 1, "metrics": 2}
NAMES: dict[str, tuple[str, ...]] = {
    "loss": (*LOSSES, "mse", "mae"),
    "optimizer": tuple(CLASSES),
    "metric": ("accuracy", "acc", "mae", "mse", *METRICS),
    "activation": tuple(sorted(KNOWN)),
    "initializer": tuple(initializers.CLASSES),
}


def _corrected(
    run: TrainingRun, what: str, name: str, near: str | None
) -> tuple[Aspect, Fix | None]:
    aspect: Aspect = _ASPECTS.get(what, "loss")
    if near is None:
        return aspect, None
    title = say("Write {near}", near=near)
    if what == "loss":
        return aspect, fix_of(title, SetLoss(near))
    if what == "metric":
        return aspect, fix_of(title, ReplaceMetric(name, MetricSpec(near)))
    if what == "optimizer":
        return aspect, fix_of(title, SetOptimizer(near))
    return aspect, fix_of(title, *_written_words(run, name, f'"{near}"'))


def _written_words(run: TrainingRun, word: str, code: str) -> list[WriteInPlace]:
    """Write another text for a word, where the cell defines it; else in each call with it."""
    cells = {cell.number: cell for cell in (run.cell, *run.earlier)}
    changes: list[WriteInPlace] = []
    for found in calls_of(run):
        for node in (*found.node.args, *found.named.values()):
            if value_of(run, node) != word:
                continue
            origin = origin_of(run, node)
            here = origin is not None and origin.cell == run.cell and origin.value == word
            change = (
                rewritten(run.cell, origin.node, code)
                if origin is not None and here
                else rewritten(cells[found.call.cell], node, code)
            )
            if change not in changes:
                changes.append(change)
    return changes


_ASPECTS: dict[str, Aspect] = {
    "loss": "loss",
    "optimizer": "optimizer",
    "metric": "metrics",
    "activation": "hidden_activation",
    "initializer": "initializer",
}


def loss_for(run: TrainingRun) -> str:
    """Return the loss that fits the labels as they are and the output's activation."""
    heads = () if isinstance(run.model, Missing) else run.model.heads
    activation = heads[0].activation if len(heads) == 1 else "linear"
    units = heads[0].units if len(heads) == 1 else None
    labels = run.data.labels[0] if len(run.data.labels) == 1 else None
    if activation == "softmax":
        columns = labels.shape[-1] if labels is not None and labels.shape else 1
        one_hot = columns == units and columns != 1
        return "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"
    return "binary_crossentropy" if activation == "sigmoid" else "mean_squared_error"
