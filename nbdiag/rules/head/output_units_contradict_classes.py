"""NBD107: the output has not one unit per class."""

from collections.abc import Iterator

from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import BINARY, DISTANCE, MARGIN, SPARSE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.fixes.output_head import Wanted, repair_fix, wanted_for
from nbdiag.language import say, say_count
from nbdiag.rules.head.outputs import (
    OF_THE_CURVES,
    HeadRule,
    curve_evidence,
    label_evidence,
    labels_of,
    loss_name,
    returns,
)
from nbdiag.schema.changes import Change, EncodeLabels, SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FAR_TOO_MANY = 2


class OutputUnitsContradictClasses(HeadRule):
    """The output has not one unit per class.

    What it finds
    -------------
    One unit for three or more classes under a loss that compares classes; class numbers beyond
    the last unit under sparse categorical cross-entropy; and, as information, more than twice as
    many units as classes that occur.

    Why it hurts
    ------------
    One sigmoid decides one question: with labels 0 to 9 it is pushed to 1 by everything but class
    0, and the loss goes below 0 and stays there. A class number beyond the units has no probability
    to compare: on a CPU TensorFlow stops with an error, on a GPU the loss silently becomes NaN.

    Example
    -------
    ::

        model.add(layers.Dense(1, activation="sigmoid"))    # labels 0 … 9
        model.compile(loss="binary_crossentropy")

    Use instead
    -----------
    ::

        model.add(layers.Dense(10, activation="softmax"))
        model.compile(loss="sparse_categorical_crossentropy")

    Fix safety
    ----------
    safe: units and labels contradict each other. Units, activation and loss change together.
    Labels that are counted from 1 are shifted to 0 rather than given a unit that stays empty.

    Thresholds and their source
    ---------------------------
    Labels count as classes when they are whole numbers from 0 or 1 that occur three times each on
    average and leave less than half of the numbers out (`nbdiag.facts.data.labels`). Spare units
    only matter at more than twice the classes: a vocabulary or a padding class may stay unused.

    References
    ----------
    ``keras.losses.SparseCategoricalCrossentropy``.
    """

    code = "NBD107"
    name = "output-units-contradict-classes"
    aspect = "output_units"
    explains = (
        "NBD301", "NBD302", "NBD303", "NBD304", "NBD305", "NBD309", "NBD310", "NBD601", "NBD604",
    )  # fmt: skip
    supersedes = OF_THE_CURVES

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the units with the classes that the labels hold."""
        loss, labels, units = loss_name(output), labels_of(output), output.head.units
        task = task_of_output(run, output)
        if units is None or task.form not in ("class_index", "binary", "two_values"):
            return
        several = task.kind == "multiclass" or loss in SPARSE
        if units == 1 and several and _compares_classes(run, output, loss):
            yield self._too_few(run, output, task)
        elif loss in SPARSE and units > 1 and labels.maximum >= units:
            yield self._beyond(run, output)
        elif loss in SPARSE:
            yield from self._spare(output, task)

    def _too_few(self, run: TrainingRun, output: Output, task: Task) -> Finding:
        wanted = wanted_for(output, task)
        units = wanted.units if wanted else task.classes
        return self.finding(
            say(
                "Your labels are {classes} classes, but {output} has one unit, which can only say "
                "yes or no to one of them.",
                classes=task.classes,
                output=output.label,
            ),
            (
                Evidence("units of the output", "1", _units_text(units), "model"),
                Evidence("loss", title(output.loss_name), title(_loss(wanted)), "compile"),
                label_evidence(labels_of(output), task, "0 or 1 for one unit"),
                *curve_evidence(run, "loss", "above 0, falling"),
            ),
            repair_fix(
                run,
                output,
                wanted,
                say_count(
                    "Use {number} {activation} unit with {loss}",
                    "Use {number} {activation} units with {loss}",
                    units or 0,
                    activation=wanted.activation if wanted else "",
                    loss=title(_loss(wanted)),
                ),
            ),
        )

    def _beyond(self, run: TrainingRun, output: Output) -> Finding:
        labels, units = labels_of(output), output.head.units or 0
        from_one = labels.minimum >= 1 and labels.maximum - labels.minimum < units
        first = int(labels.minimum)
        return self.finding(
            say(
                "Your labels reach {highest:g}, but {output} has {units} units, for classes 0 to "
                "{last}.",
                highest=labels.maximum,
                output=output.label,
                units=units,
                last=units - 1,
            ),
            (
                Evidence(
                    "greatest label",
                    f"{labels.maximum:g}",
                    say("at most {last}", last=units - 1),
                    "labels",
                ),
                Evidence("units of the output", str(units), f"{labels.maximum + 1:g}", "model"),
            ),
            _shifted(output, first) if from_one else _widened(run, output, int(labels.maximum) + 1),
            aspect="labels" if from_one else "output_units",
        )

    def _spare(self, output: Output, task: Task) -> Iterator[Finding]:
        labels, units = labels_of(output), output.head.units or 0
        occurring = len(labels.shares or ())
        if task.positions > 1 or occurring < 2 or units <= FAR_TOO_MANY * occurring:  # noqa: PLR2004 - a choice
            return
        yield self.finding(
            say(
                "{output} has {units} units for {occurring} classes that occur: the others only "
                "learn to return 0.",
                output=output.opening,
                units=units,
                occurring=occurring,
            ),
            (
                Evidence("units of the output", str(units), str(occurring), "model"),
                Evidence("classes in the labels", str(occurring), str(units), "labels"),
            ),
            severity="info",
        )


def _loss(wanted: Wanted | None) -> str:
    return wanted.loss if wanted else "sparse_categorical_crossentropy"


def _units_text(units: int | None) -> str:
    return say("1 with a binary loss") if units == 1 else say("{units}, one per class", units=units)


def _compares_classes(run: TrainingRun, output: Output, loss: str) -> bool:
    if output.head.activation == "softmax":
        return False  # NBD103 says what is wrong with it
    if loss in BINARY | MARGIN | SPARSE:
        return True
    return loss in DISTANCE and returns(run, output) == "probabilities"


def _shifted(output: Output, first: int) -> tuple[Fix, ...]:
    changes: tuple[Change, ...] = (EncodeLabels("subtract", first, output.key),)
    return (Fix(say("Count the classes from 0: subtract {first}", first=first), "safe", changes),)


def _widened(run: TrainingRun, output: Output, units: int) -> tuple[Fix, ...]:
    title = say("Give {output} {units} units", output=output.label, units=units)
    layers = () if isinstance(run.model, Missing) else run.model.layers
    layer = next((item for item in layers if item.name == output.head.weights_layer), None)
    if layer is None or layer.units != output.head.units:
        return (Fix(title, "display", ()),)
    argument = "filters" if "filters" in layer.config else "units"
    return (Fix(title, "safe", (SetLayerArgument(layer.name, argument, units),)),)
