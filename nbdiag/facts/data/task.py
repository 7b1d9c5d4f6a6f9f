"""What the user is trying to learn: judged from the labels' values, then from the loss."""

from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.data.labels import LabelForm, form_of
from nbdiag.facts.model.losses import (
    BINARY,
    CATEGORICAL,
    COUNTING,
    CROSS_ENTROPY,
    DISTANCE,
    MARGIN,
    SPARSE,
)
from nbdiag.facts.model.outputs import Output, output_of
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

Kind = Literal["binary", "multiclass", "multilabel", "regression", "unknown"]

_KIND_OF_FORM: dict[LabelForm, Kind] = {
    "binary": "binary",
    "two_values": "binary",
    "multi_hot": "multilabel",
    "probability": "regression",
    "count": "regression",
    "continuous": "regression",
}


@dataclass(frozen=True)
class Task:
    """What one output is to learn.

    Attributes
    ----------
    kind
        "binary" means two classes, however they are written (one column of 0 and 1, {1, 2}, or
        two one-hot columns).
    form
        How the labels are written (see `nbdiag.facts.data.labels.form_of`).
    classes
        Number of classes (of columns, for "multilabel"); None for a regression, and where the
        labels do not show it.
    lowest, highest
        Range of the labels; None when they were not seen.
    reconstruction
        Whether the target is the input itself (an autoencoder).
    positions
        Answers per sample: 1, or the number of steps or pixels.
    """

    kind: Kind
    form: LabelForm
    classes: int | None = None
    lowest: float | None = None
    highest: float | None = None
    reconstruction: bool = False
    positions: int = 1

    @property
    def classifies(self) -> bool:
        """Whether the answer is a class or a set of classes."""
        return self.kind in ("binary", "multiclass", "multilabel")


def task_of(run: TrainingRun, output: str = "") -> Task:
    """Find what an output should learn.

    Parameters
    ----------
    run
        The recorded training.
    output
        Key of the output; "" for the only one, or the first.

    Returns
    -------
    Task
        Of kind "unknown" when neither labels nor loss say it.
    """
    found = output_of(run, output)
    return Task("unknown", "unknown") if isinstance(found, Missing) else task_of_output(run, found)


def task_of_output(run: TrainingRun, output: Output) -> Task:
    """Find what an output should learn; see `task_of`."""
    labels = output.labels
    if isinstance(labels, Missing):
        return Task(_kind_of_loss(output), "unknown", _classes_of_head(output))
    rank = None if isinstance(output.head.shape, Missing) else len(output.head.shape)
    form = form_of(labels, sparse=output.loss_name in SPARSE, rank=rank)
    reconstruction = bool(labels.digest) and labels.digest in {
        item.digest for item in run.data.inputs
    }
    kind: Kind = "regression" if reconstruction else _kind(output, labels, form)
    return Task(
        kind=kind,
        form=form,
        classes=_classes(labels, form) if kind not in ("regression", "unknown") else None,
        lowest=labels.minimum,
        highest=labels.maximum,
        reconstruction=reconstruction,
        positions=_positions(labels, form),
    )


def _kind(output: Output, labels: ArrayStats, form: LabelForm) -> Kind:
    if form in _KIND_OF_FORM:
        return _KIND_OF_FORM[form]
    if form == "signed":
        # A column of -1 and 1 is a class; several of them are several answers.
        return "binary" if _width(labels) == 1 else "multilabel"
    if form == "one_hot":
        return "binary" if _width(labels) == 2 else "multiclass"  # noqa: PLR2004 - yes and no
    if form == "class_index":
        return "multiclass" if _wants_classes(output) else "regression"
    if form == "distribution":
        soft = output.loss_name in CROSS_ENTROPY or output.head.activation == "softmax"
        return "multiclass" if soft else "regression"
    return _kind_of_loss(output)


def _wants_classes(output: Output) -> bool:
    """Whether whole numbers are classes: a rating may be a quantity when the loss is a distance."""
    if output.loss_name not in DISTANCE | COUNTING:
        return True
    several = (output.head.units or 1) > 1
    accuracy = any("accuracy" in item.name for item in output.metrics)
    return several or output.head.activation == "softmax" or accuracy


def _kind_of_loss(output: Output) -> Kind:
    name, units = output.loss_name, output.head.units or 1
    if name in BINARY or name in MARGIN:
        return "binary" if units == 1 else "multilabel"
    if name in CATEGORICAL or name in SPARSE:
        return "multiclass"
    return "regression" if name in DISTANCE | COUNTING else "unknown"


def _classes_of_head(output: Output) -> int | None:
    units = output.head.units
    if output.loss_name in CATEGORICAL or output.loss_name in SPARSE:
        return units
    return 2 if output.loss_name in BINARY and units == 1 else None


def _classes(labels: ArrayStats, form: LabelForm) -> int | None:
    if form in ("one_hot", "multi_hot", "distribution"):
        return _width(labels)
    if form == "signed":
        return 2 if _width(labels) == 1 else _width(labels)
    if form in ("binary", "two_values"):
        return 2
    if form == "class_index":
        # Classes counted from 1 leave 0 out; classes counted from 0 may miss some in the middle.
        return int(labels.maximum) + (0 if labels.minimum == 1 else 1)
    return None


def _width(labels: ArrayStats) -> int:
    return (labels.shape[-1] or 1) if labels.shape else 1


def _positions(labels: ArrayStats, form: LabelForm) -> int:
    columns = form in ("one_hot", "multi_hot", "distribution")
    axes = labels.shape[:-1] if columns or _width(labels) == 1 else labels.shape
    if form in ("continuous", "probability", "count", "constant", "unknown"):
        axes = labels.shape[:-1]
    count = 1
    for size in axes:
        count *= size or 1
    return count
