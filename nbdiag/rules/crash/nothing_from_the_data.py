"""NBD811: the data or the labels are None."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import ConvertData, SetCallArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_in, root_name, statements
from nbdiag.syntax.text.nodes import (
    Expression,
    code_of,
    is_call,
    is_constant,
    is_function,
    is_name,
    is_return,
    is_tuple,
    is_yield,
    pieces_of,
)
from nbdiag.syntax.values import things, variable_named


class NothingFromTheData(CrashRule):
    """The data or the labels are None.

    What it finds
    -------------
    fit that is given no labels, a generator that yields None, nothing at all or rows without
    labels, a function that returns one batch where a generator belongs, a variable that holds
    None because a function forgot its return.

    Why it hurts
    ------------
    Without a label there is nothing to compare the output with. The exception names neither the
    argument nor the function.

    Example
    -------
    ::

        def prepare(x):
            x / 255                      # no return
        model.fit(prepare(x), y)

    Use instead
    -----------
    ::

        def prepare(x):
            return x / 255

    Fix safety
    ----------
    display: what should have been returned is not in the text.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, Model.fit: x and y.
    """

    code = "NBD811"
    name = "nothing-from-the-data"
    aspect = "inputs"
    kind = "none"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report which of the data are missing."""
        empty = [name for name, thing in things(run).items() if thing.kind == "none"]
        fit = next((item for item in calls_in(run) if item.name == "fit"), None)
        nodes = [fit.argument(place, "xy"[place]) for place in (0, 1)] if fit else [None, None]
        named = [root_name(node) for node in nodes if node is not None]
        missing = [name for name in named if name in empty]
        streamed = run.fit.input_kind in ("generator", "tf.data", "PyDataset")
        fixes: list[Fix | None] = []
        returned = _returned_once(run, nodes[0])
        held_out = fit.argument(7, "validation_data") if fit else None
        array = variable_named(run, held_out)
        alone = array is not None and array.kind == "array" and nodes[1] is not None
        unlabelled = held_out.id if alone and is_name(held_out) else None
        if returned is not None and nodes[1] is None:
            message = say(
                "{name} returns one batch instead of yielding batches, so fit takes the pair of "
                "inputs and labels for two inputs without labels (y is None).",
                name=returned,
            )
            fixes = [_repeated(fit)]
        elif unlabelled is not None:
            message = say(
                "validation_data is {name} alone: it takes a pair of inputs and labels, and the "
                "labels of these samples are missing.",
                name=unlabelled,
            )
            fixes = [_with_labels(run, fit, unlabelled)]
        elif missing:
            message = say(
                "{missing} is None: the function that made it returns nothing.", missing=missing[0]
            )
        elif streamed:
            message = say("The generator gives None instead of a pair of inputs and labels.")
            if "at least one batch" in crash.line:
                message = say("The generator is empty: it yields no batch at all.")
            elif run.fit.input_kind == "tf.data":
                message = say(
                    "The data set gives inputs only: fit needs pairs of inputs and labels, and "
                    "the labels are missing."
                )
                fixes = [_itself(run)]
        elif nodes[1] is None:
            message = say(
                "fit was given no labels (y is None): the loss has nothing to compare with."
            )
            labels = _labels(run, named)
            if labels and fit is not None:
                change = SetCallArgument(fit.call, "y", labels)
                fixes = [fix_of(say("Give fit the labels {labels}", labels=labels), change)]
        else:
            message = say("An input or a label is None.")
        yield self.explain(
            crash,
            message,
            (Evidence("given to fit", ", ".join(named) or "nothing", "inputs and labels", "cell"),),
            first_of(*fixes, otherwise="Return the data from the function, labels beside inputs"),
            aspect="inputs" if streamed or missing else "split" if unlabelled else "labels",
        )


def _returned_once(run: TrainingRun, node: Expression | None) -> str | None:
    """Name the function whose result fit is given, when it is not a generator."""
    if not is_call(node) or not is_name(node.func):
        return None
    for cell in (run.cell, *reversed(run.earlier)):
        for top in statements(cell):
            if is_function(top) and top.name == node.func.id:
                inside = list(pieces_of(top))
                yields = any(is_yield(item) for item in inside)
                pairs = [item for item in inside if is_return(item) and is_tuple(item.value)]
                return top.name if pairs and not yields else None
    return None


def _repeated(fit: CellCall | None) -> Fix | None:
    """Call the function for each batch."""
    if fit is None:
        return None
    node, steps = fit.argument(0, "x"), fit.argument(-1, "steps_per_epoch")
    epochs = fit.argument(3, "epochs")
    if node is None or steps is None:
        return None
    count = _operand(steps) + (f" * {_operand(epochs)}" if epochs is not None else "")
    change = SetCallArgument(fit.call, "x", f"({code_of(node)} for _ in range({count}))")
    return fix_of(say("Call it for every batch"), change)


def _with_labels(run: TrainingRun, fit: CellCall | None, name: str) -> Fix | None:
    """Pass the labels that match the validation inputs by name."""
    labels = _labels(run, [name])
    if fit is None or not labels:
        return None
    change = SetCallArgument(fit.call, "validation_data", f"({name}, {labels})")
    return fix_of(say("Validate with the labels {labels}", labels=labels), change)


def _operand(node: Expression) -> str:
    text = code_of(node)
    return text if (is_constant(node) or is_name(node)) else f"({text})"


def _itself(run: TrainingRun) -> Fix | None:
    """Use the inputs as labels of a model whose output has the shape of its input."""
    if isinstance(run.model, Missing) or not run.model.layers or len(run.model.heads) != 1:
        return None
    first = run.model.layers[0]
    row = first.output_shape if first.class_name == "InputLayer" else first.input_shape
    if isinstance(row, Missing) or row != run.model.heads[0].shape:
        return None
    return fix_of(say("Learn to give the inputs back"), ConvertData("inputs", "itself"))


def _labels(run: TrainingRun, named: list[str]) -> str:
    """Return the array named like the inputs with y for x, "" without one."""
    for name in named[:1]:
        for other in (name.replace("x", "y"), name.replace("X", "y"), name.replace("X", "Y")):
            if other != name and other in things(run):
                return other
    return ""
