"""What is never offered, whichever rule asks for it: one gate before the button of every fix.

A new cell is refused when it is the cell that the user has, when it undoes the repair that was made
just now, and when it makes the training run by changing what the labels mean.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nbdiag.facts.crash.output import without_last_one
from nbdiag.facts.model.losses import BINARY, CATEGORICAL, DISTANCE, SPARSE
from nbdiag.facts.model.outputs import ROW_SUM_TOLERANCE, Output, outputs_of
from nbdiag.facts.session.previous_run import mark_of
from nbdiag.fixes.predict import predicted
from nbdiag.language import say
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import Change, EncodeLabels, SetCallArgument, SetLayerArgument
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import PastRun, TrainingRun
from nbdiag.syntax.text.lines import split_lines
from nbdiag.syntax.text.parsed_cell import is_same_code

_VALUE_BY_VALUE = BINARY | DISTANCE


def objection(run: TrainingRun, changes: Sequence[Change], source: str) -> str:
    """Explain in a sentence why a new cell is not offered; "" when it is.

    Parameters
    ----------
    run
        The run whose cell would be replaced.
    changes
        What the new cell changes.
    source
        Its complete text.
    """
    if is_same_code(source, run.cell.source):
        return say("It would be the cell that you have.")
    if _undoes(run, source):
        return say("It would undo the repair that was made just before.")
    return misread_labels(run, changes)


def misread_labels(run: TrainingRun, changes: Sequence[Change]) -> str:
    """Explain in a sentence how changes misread the labels; "" when they do not."""
    before, after = outputs_of(run), outputs_of(predicted(run, changes))
    if isinstance(before, Missing) or isinstance(after, Missing) or len(before) != len(after):
        return ""
    for old, new in zip(before, after, strict=True):
        was, becomes = _end_of(old), _end_of(new, changes)
        if was is None or becomes is None:
            continue
        if _is_sound(was) and _bends(was, becomes, changes):
            return say(
                "The labels are class numbers below the {units} units of the model: only the loss "
                "has to change.",
                units=was.units,
            )
        fresh = [problem for problem in _problems(becomes) if problem not in [*_problems(was)]]
        if fresh:
            return fresh[0]
    return ""


def _undoes(run: TrainingRun, source: str) -> bool:
    """Whether a cell brings back what the repair made just before has replaced."""
    origins = [*_repaired(run)]
    if any(past.source and is_same_code(past.source, source) for past in origins):
        return True
    if not origins or not origins[0].source:
        return False
    known = {cell.source for cell in run.earlier if cell.number < origins[0].cell}
    old = _lines(origins[0].source).union(*map(_lines, known))
    now, new = _lines(run.cell.source), _lines(source)
    dropped = now - new
    return bool(dropped) and dropped.isdisjoint(old) and new - now <= old


def _repaired(run: TrainingRun) -> Iterator[PastRun]:
    """Yield the runs whose repair this cell is, and that run's, and so on; the newest first."""
    wanted = mark_of(run.cell.source)
    for past in reversed(run.previous):
        if wanted in past.offers:
            yield past
            wanted = mark_of(past.source)


def _lines(source: str) -> set[str]:
    lines = ("".join(line.split()) for line in split_lines(source))
    return {line for line in lines if line and not line.startswith(("#", "%"))}


@dataclass(frozen=True)
class _End:
    """One output of a model, the labels it is compared with, and by which loss."""

    target: Shape
    output: Shape
    loss: str
    activation: str
    whole: bool
    low: float
    high: float
    sums: tuple[float, float] | None

    @property
    def units(self) -> int:
        return self.output[-1] or 0


def _end_of(output: Output, changes: Sequence[Change] = ()) -> _End | None:
    """Return how an output ends once its labels are encoded, None where it is not known."""
    head, labels = output.head, output.labels
    if isinstance(labels, Missing) or isinstance(head.shape, Missing) or not head.shape:
        return None
    encoded: ArrayStats | None = labels
    for change in changes:
        if isinstance(change, EncodeLabels) and change.output == output.key and encoded:
            encoded = _encoded(encoded, change)
    if encoded is None or None in encoded.shape:
        return None
    return _End(
        encoded.shape,
        (*head.shape[:-1], head.units or head.shape[-1]),
        output.loss_name,
        "" if isinstance(head.activation, Missing) else head.activation,
        encoded.whole == 1.0,
        encoded.minimum,
        encoded.maximum,
        encoded.row_sums,
    )


def _encoded(labels: ArrayStats, change: EncodeLabels) -> ArrayStats | None:
    """Return what is known of labels in another form, None when it is not enough."""
    shape, low, high = labels.shape, labels.minimum, labels.maximum
    match change.form:
        case "one_hot" if isinstance(change.value, int):
            shape = (*without_last_one(shape), change.value)
            return replace(labels, shape=shape, minimum=0, maximum=1, whole=1.0, row_sums=(1, 1))
        case "class_index" if shape and shape[-1]:
            high = shape[-1] - 1.0
            return replace(
                labels, shape=shape[:-1], minimum=0, maximum=high, whole=1.0, row_sums=None
            )
        case "subtract" if isinstance(change.value, int):
            less = change.value
            return replace(labels, minimum=low - less, maximum=high - less, row_sums=None)
        case "greater":
            return replace(labels, minimum=0, maximum=1, whole=1.0, row_sums=None)
        case _:
            return None


def _is_sound(end: _End) -> bool:
    """Whether the labels are class numbers that the output has a unit for, in its very shape."""
    classes = end.activation == "softmax" or end.loss in SPARSE | CATEGORICAL
    in_place = end.output[:-1] in (end.target, without_last_one(end.target))
    return classes and in_place and end.whole and end.low >= 0 and 1 < end.units > end.high


def _bends(was: _End, becomes: _End, changes: Sequence[Change]) -> bool:
    """Whether sound labels make anything change but the loss, or the loss to a wrong one."""
    if becomes.target != was.target and becomes.sums == (1, 1):
        return not becomes.units == becomes.target[-1] == was.units
    loss = becomes.loss != was.loss and becomes.loss not in SPARSE | {""}
    return loss or becomes.units != was.units or any(map(_sets_steps, changes))


def _sets_steps(change: Change) -> bool:
    if not isinstance(change, SetLayerArgument | SetCallArgument):
        return False
    return change.argument == "return_sequences"


def _problems(end: _End) -> Iterator[str]:
    """Yield what a loss makes of labels that it does not understand."""
    single = without_last_one(end.target) == end.output[:-1]
    if end.loss in SPARSE and not end.whole:
        yield say("The labels are fractions, and {loss} reads class numbers.", loss=end.loss)
    if end.loss in SPARSE and end.units > 1 and not single and len(end.target) >= len(end.output):
        yield say(
            "The labels have a column for each class, and {loss} reads class numbers.",
            loss=end.loss,
        )
    if end.loss in CATEGORICAL and end.sums and end.target and (end.target[-1] or 0) > 1:
        low, high = end.sums
        if max(abs(low - 1), abs(high - 1)) > ROW_SUM_TOLERANCE:
            yield say("The columns of a label do not sum to 1, as {loss} needs.", loss=end.loss)
    if end.loss in _VALUE_BY_VALUE and without_last_one(end.target) != without_last_one(end.output):
        yield say(
            "Labels {target} would be stretched to the outputs {output}.",
            target=end.target,
            output=end.output,
        )
