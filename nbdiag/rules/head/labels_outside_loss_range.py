"""NBD108: labels have values that the cross-entropy is not defined for."""

from collections.abc import Iterator

from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import BINARY, CROSS_ENTROPY, SPARSE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.fixes.output_head import Wanted, repair_fix, wanted_for
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    OF_THE_CURVES,
    HeadRule,
    curve_evidence,
    label_evidence,
    labels_of,
    loss_name,
)
from nbdiag.schema.changes import EncodeLabels
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

BYTE = 255.0
MOST_CLASSES = 100
_OF_TWO_VALUES = ("signed", "two_values")


class LabelsOutsideLossRange(HeadRule):
    """Labels have values that the cross-entropy is not defined for.

    What it finds
    -------------
    Binary cross-entropy with labels such as -1/1, 1/2 or 0/255, or with bytes of an image; class
    numbers that were divided by 255 together with the inputs; negative or fractional class numbers
    under sparse categorical cross-entropy.

    Why it hurts
    ------------
    Cross-entropy reads a label as the probability of a yes. A label of 2 asks for 200 %: the loss
    has no lower end, falls below 0 (measured with 0/255: -43.9) and rewards ever larger outputs;
    a label of -1 rewards ever smaller ones. Labels divided by 255 all mean "almost no", and
    a sparse loss rounds them down to class 0. Keras raises no error for any of this.

    Example
    -------
    ::

        y = np.where(positive, 1, -1)
        model.compile(loss="binary_crossentropy")

    Use instead
    -----------
    ::

        y = np.where(positive, 1, 0)

    Fix safety
    ----------
    safe: labels and loss contradict each other, and the labels' two values say what is meant.
    review: divided class numbers are multiplied and rounded where the model is given them; it is
    better not to divide them in the first place, in a cell that nbdiag does not touch.

    Thresholds and their source
    ---------------------------
    None: the range is that of a probability. Labels count as divided by 255 when all of them are
    whole multiples of 1/255 below 100/255 and there are at most 100 distinct ones.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning (2006), 4.3.2, the cross-entropy error.
    """

    code = "NBD108"
    name = "labels-outside-loss-range"
    aspect = "labels"
    explains = (
        "NBD301", "NBD302", "NBD303", "NBD304", "NBD305", "NBD309", "NBD310", "NBD311", "NBD604",
    )  # fmt: skip
    supersedes = OF_THE_CURVES

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the labels' values with what the loss is defined for."""
        loss = loss_name(output)
        if loss not in CROSS_ENTROPY:
            return
        labels, task = labels_of(output), task_of_output(run, output)
        fixes = _fixes_of_range(run, output, labels, task)
        if fixes is None:
            fixes = _fixes_of_division(run, output, labels, task)
        if fixes is None:
            return
        pixels = loss in BINARY and _are_pixels(labels, task)
        if loss in SPARSE:
            expected = say("whole numbers from 0")
        else:
            expected = say("0 to 1") if pixels else say("0 or 1")
        told = say(
            "{loss} expects targets of {expected}, but yours are {labels}."
            if pixels
            else "{loss} expects labels of {expected}, but yours are {labels}.",
            loss=title(loss).capitalize(),
            expected=expected,
            labels=_written(labels),
        )
        yield self.finding(
            told,
            (
                label_evidence(labels, task, expected),
                *curve_evidence(run, "loss", "above 0, falling"),
            ),
            fixes,
            aspect="targets" if pixels else "labels",
        )


def _fixes_of_range(
    run: TrainingRun, output: Output, labels: ArrayStats, task: Task
) -> tuple[Fix, ...] | None:
    """Repair labels outside the loss's range; None when they lie within."""
    loss = output.loss_name
    if loss in SPARSE:
        # ignore_class=-1 is an argument of the loss object, and cannot be given with a string.
        string = not isinstance(output.loss, Missing) and output.loss.written == "string"
        return () if labels.minimum < 0 and string else None
    if loss not in BINARY or (labels.minimum >= 0 and labels.maximum <= 1):
        return None
    if task.form in _OF_TWO_VALUES:
        title = say("Write the labels as 0 and 1")
        return repair_fix(run, output, wanted_for(output, task), title)
    return _divided(run, output) if _are_pixels(labels, task) else None


def _are_pixels(labels: ArrayStats, task: Task) -> bool:
    """Whether the targets are the bytes of pictures, as those of an autoencoder are."""
    of_bytes = labels.whole == 1.0 and 1 < labels.maximum <= BYTE and labels.minimum >= 0
    several = labels.columns > 1 or task.positions > 1
    return of_bytes and several and task.form not in _OF_TWO_VALUES


def _divided(run: TrainingRun, output: Output) -> tuple[Fix, ...]:
    encode = EncodeLabels("divide", 255, output.key)
    activation = "sigmoid"
    loss = output.loss_name
    wanted = Wanted(activation, output.head.units, loss, "probability", encode=encode)
    return repair_fix(run, output, wanted, "Divide the targets by 255")


def _fixes_of_division(
    run: TrainingRun, output: Output, labels: ArrayStats, task: Task
) -> tuple[Fix, ...] | None:
    """Repair class numbers that were divided by 255; None when they were not."""
    if not _were_divided(labels) or task.positions > 1 or task.reconstruction:
        return None
    if len(labels.values or ()) == 2 and output.loss_name in BINARY:  # noqa: PLR2004 - yes and no
        encode = EncodeLabels("greater", 0, output.key)
        wanted = Wanted("sigmoid", output.head.units, output.loss_name, "binary", encode=encode)
        return repair_fix(run, output, wanted, "Write the labels as 0 and 1")
    back = EncodeLabels("multiply", int(BYTE), output.key)
    note = say("Better still, take the division out where the labels are made.")
    return (Fix(say("Turn the labels back into whole numbers"), "review", (back,), note=note),)


def _were_divided(labels: ArrayStats) -> bool:
    values = [value for value, _ in labels.values or ()]
    if not 2 <= len(values) <= MOST_CLASSES or labels.minimum != 0:  # noqa: PLR2004 - two classes
        return False
    small = 0 < labels.maximum < MOST_CLASSES / BYTE and labels.whole < 1.0
    return small and all(abs(value * BYTE - round(value * BYTE)) < 1e-3 for value in values)  # noqa: PLR2004 - float32


def _written(labels: ArrayStats) -> str:
    values = [value for value, _ in labels.values or ()]
    if 2 <= len(values) <= 3:  # noqa: PLR2004 - few enough to be listed
        return say(
            "{values} and {last:.4g}",
            values=", ".join(f"{value:.4g}" for value in values[:-1]),
            last=values[-1],
        )
    return say("between {low:.4g} and {high:.4g}", low=labels.minimum, high=labels.maximum)
