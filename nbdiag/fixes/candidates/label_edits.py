"""The loss that labels mean, and labels in the form that a loss reads."""

from collections.abc import Iterator

from nbdiag.facts.crash.output import (
    BINARY,
    CATEGORICAL,
    SPARSE,
    Labels,
    labels_of,
    loss_of,
    whole_span,
)
from nbdiag.facts.crash.snippet import rewritten
from nbdiag.fixes.candidates.keras_names import keras_name
from nbdiag.fixes.candidates.possible_edit import Candidate, crash_in
from nbdiag.keras_api.losses import LOSSES
from nbdiag.language import say
from nbdiag.schema.changes import (
    AddCompile,
    Change,
    ConvertData,
    EncodeLabels,
    SetCallArgument,
    SetLoss,
)
from nbdiag.schema.finding import Aspect
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in, calls_of
from nbdiag.syntax.text.nodes import is_constant

_SQUARED = "mean_squared_error"


def label_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield edits of the loss and the labels."""
    crash, labels = crash_in(run), labels_of(run)
    if labels is None:
        return
    calls = {item.name for item in calls_in(run)}
    if "fit" in calls and "compile" in (crash.line if crash is not None else ""):
        yield from _compiled(labels)
    if crash is None or not crash.in_fit:
        return
    yield from _losses(labels, loss_of(run))
    yield from _ignored(run, labels, loss_of(run))
    yield from _encodings(labels, loss_of(run))


def _compiled(labels: Labels) -> Iterator[Candidate]:
    """Yield a call of ``compile`` with the loss that the labels mean."""
    for place, loss in enumerate(meant(labels)):
        metrics = ("accuracy",) if "crossentropy" in loss else ()
        yield Candidate(
            1.5 + 0.3 * place,
            say("Compile the model before it is trained"),
            say("The model that is trained was never compiled: it has no loss and no optimizer."),
            "loss",
            (AddCompile(loss, metrics=metrics),),
        )


def meant(labels: Labels) -> tuple[str, ...]:
    """Return the losses that labels of a form may mean, the likeliest first."""
    if labels.form == "one-hot":
        return (CATEGORICAL,)
    if labels.form == "whole":
        span = whole_span(labels.span)
        if span == (0, 1):
            return (BINARY, SPARSE)
        return (SPARSE, _SQUARED) if span is not None and span[0] >= 0 else (_SQUARED,)
    return (_SQUARED,)


def _losses(labels: Labels, present: str) -> Iterator[Candidate]:
    # What a custom loss measures is not known: another one would train something else.
    if present not in LOSSES:
        return
    for place, loss in enumerate(meant(labels)):
        if loss == present:
            continue
        yield _candidate(
            1.4 + 0.4 * place,
            say("Use the loss {loss}", loss=loss),
            say(
                "{present} does not read labels of this form ({form}); {loss} does.",
                present=present,
                form=described(labels),
                loss=loss,
            ),
            "loss",
            SetLoss(loss),
        )


def _ignored(run: TrainingRun, labels: Labels, loss: str) -> Iterator[Candidate]:
    """Yield a loss that leaves out the steps that a negative number marks.

    Sequences and pictures have steps that are filled up; of one label for each sample, a negative
    number is a class.
    """
    span = whole_span(labels.span)
    if loss != SPARSE or labels.form != "whole" or span is None or span[0] >= 0 or not labels.shape:
        return
    if labels.shape == (1,):
        return
    title = say("Leave out the steps labelled {mark}", mark=span[0])
    message = say(
        "{mark} marks steps that have no label, and classes are counted from 0: the loss "
        "has to leave them out.",
        mark=span[0],
    )
    for call in calls_of(run):
        if call.name == "SparseCategoricalCrossentropy":
            change: Change = SetCallArgument(call.call, "ignore_class", str(span[0]))
            yield Candidate(1.3, title, message, "labels", (change,))
        node = call.argument(1, "loss") if call.name == "compile" else None
        name = keras_name(run, "losses", "SparseCategoricalCrossentropy")
        cell = next((c for c in (run.cell, *run.earlier) if c.number == call.call.cell), None)
        if is_constant(node) and name and cell is not None:
            change = rewritten(cell, node, f"{name}(ignore_class={span[0]})")
            yield Candidate(1.3, title, message, "labels", (change,))


def described(labels: Labels) -> str:
    """Describe the form of labels."""
    if labels.form == "one-hot":
        return say("a column for each class")
    span = whole_span(labels.span)
    if labels.form == "whole" and span is not None:
        return say("whole numbers from {low} to {high}", low=span[0], high=span[1])
    return say("numbers")


def _encodings(labels: Labels, loss: str) -> Iterator[Candidate]:
    """Yield other forms of the labels, those that keep their meaning."""
    span = whole_span(labels.span)
    if labels.form == "one-hot" and loss == SPARSE:
        yield _candidate(
            1.9,
            say("Write the labels as class numbers"),
            say(
                "{loss} reads class numbers, and the labels have a column for each class.",
                loss=loss,
            ),
            "labels",
            EncodeLabels("class_index"),
        )
    if labels.form == "whole" and span is not None and 0 < span[0] <= 2 < span[1]:  # noqa: PLR2004
        yield _candidate(
            1.7,
            say("Count the classes from 0"),
            say("Classes are counted from 0, and the labels begin at {low}.", low=span[0]),
            "labels",
            EncodeLabels("subtract", span[0]),
        )
    if labels.form == "whole" and loss == CATEGORICAL and labels.classes:
        yield _candidate(
            2.4,
            say("Write the labels as one column for each class"),
            say(
                "{loss} reads a column for each class, and the labels are class numbers.", loss=loss
            ),
            "labels",
            EncodeLabels("one_hot", labels.classes),
        )
    if labels.shape[-1:] == (1,):
        yield _candidate(
            2.3,
            say("Take the last axis of the labels out"),
            say("The labels have a last axis of length 1, and the output has none."),
            "labels",
            ConvertData("labels", "squeeze", -1),
        )
    if not labels.shape:
        yield _candidate(
            2.5,
            say("Add a last axis to the labels"),
            say("The labels have no last axis, and the output has one."),
            "labels",
            ConvertData("labels", "last_axis"),
        )


def _candidate(
    cost: float, title: str, message: str, aspect: Aspect, *changes: Change
) -> Candidate:
    return Candidate(cost, title, message, aspect, changes)
