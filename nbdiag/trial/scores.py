"""How good the predictions for held-out samples are, computed alike for any head.

The two sides of a trial may have different heads, losses and label encodings. What is compared is
therefore read from labels and outputs alone: the area under the ROC curve (AUC) and the accuracy
for classes, the coefficient of determination R² for numbers. The AUC decides, because it sees a
model learn 10 to 20 steps before its accuracy moves, and because it does not depend on a threshold.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import softmax
from scipy.stats import rankdata

from nbdiag.language import Reason, say

Array = np.ndarray[Any, Any]
Task = Literal["classes", "tags", "numbers"]

# Whole-numbered targets with more values than this are amounts, unless there is a unit for each.
_MOST_CLASSES = 30


# What a prediction that ignores the inputs reaches.
METRICS: dict[Task, tuple[str, float]] = {
    "classes": ("AUC", 0.5),
    "tags": ("AUC", 0.5),
    "numbers": ("R²", 0.0),
}


class CannotJudge(Reason):
    """Raised when held-out samples cannot tell trainings apart; its text is the reason."""


@dataclass(frozen=True)
class Reading:
    """One output of one arm of a trial, read after some step.

    Attributes
    ----------
    value
        AUC or R²; NaN where there is none.
    accuracy
        Share of right predictions, NaN for numbers and tags.
    learnt
        Whether the value is clearly above that of a prediction which ignores the inputs.
    error
        Why there is no value, "" when there is one.
    """

    value: float
    accuracy: float = float("nan")
    learnt: bool = False
    error: str = ""


def task_of(labels: Array, units: int) -> Task:
    """Find the task that the labels of one output set.

    Parameters
    ----------
    labels
        As the user gives them.
    units
        Size of the last axis of the output.
    """
    labels = np.asarray(labels)
    if not np.issubdtype(labels.dtype, np.number) and labels.dtype != bool:
        return "numbers"
    if _is_one_hot(labels):
        return "classes"
    values = np.unique(labels[:10_000])
    if labels.ndim > 1 and labels.shape[-1] > 1 and units == labels.shape[-1]:
        return "tags" if set(values.tolist()) <= {0, 1} else "numbers"
    if len(values) <= 2:  # noqa: PLR2004 - yes or no, however they are written
        return "classes"
    whole = bool(np.all(values == np.round(values)))
    return "classes" if whole and len(values) <= max(units, _MOST_CLASSES) > 1 else "numbers"


def check_labels(task: Task, labels: Array) -> None:
    """Raise `CannotJudge` for labels on which every prediction is as good as another.

    Parameters
    ----------
    task
        What `task_of` found.
    labels
        Of the held-out samples, as the user gives them.
    """
    labels = np.asarray(labels)
    if task == "tags":
        varies = bool(np.any(np.ptp(labels.reshape(-1, labels.shape[-1]), axis=0) > 0))
    elif task == "classes" and _is_one_hot(labels):
        varies = len(np.unique(labels.reshape(-1, labels.shape[-1]).argmax(axis=-1))) > 1
    else:
        varies = len(np.unique(labels)) > 1
    if varies:
        return
    if task == "numbers":
        raise CannotJudge("their targets are all the same")
    raise CannotJudge("they are all of one class")


def read(task: Task, labels: Array, outputs: Array, values: Array, *, logits: bool) -> Reading:
    """Score the outputs of one head.

    Parameters
    ----------
    task
        What `task_of` said of the user's labels; the same for both sides.
    labels, outputs
        Of the held-out samples, in the encoding of this side.
    values
        Distinct training labels of this side, ascending; their order is the order of the classes.
    logits
        Whether the loss of this side takes raw scores.
    """
    labels, outputs = np.asarray(labels), np.asarray(outputs, dtype="float64")
    if not np.all(np.isfinite(outputs)):
        return Reading(float("nan"), error=say("the outputs are not finite"))
    if task == "numbers":
        value = determination(labels, outputs)
        return Reading(value, learnt=value >= LEAST_R2)
    if task == "tags":
        return _by_column(labels.reshape(-1, labels.shape[-1]), outputs)
    return _classes(labels, outputs, values, logits=logits)


# After 40 steps, stuck networks reached an AUC of at most 0.54 and repaired ones 0.69 and more (two
# architectures, eight seeds); a random first layer alone can rank a little better than chance.
LEAST_AUC = 0.62
# A tenth of the variance is more than the noise of 200 held-out samples explains by chance.
LEAST_R2 = 0.1
# And twice the standard error of the AUC of a coin (Mann-Whitney), for few rows of a rare class.
_ERRORS = 2.0


def area(positive: Array, scores: Array) -> float:
    """Return the area under the ROC curve; ties count one half, one class alone gives NaN."""
    count, total = int(positive.sum()), len(positive)
    if count in (0, total):
        return float("nan")
    ranks = rankdata(scores)[positive].sum()
    return float((ranks - count * (count + 1) / 2) / (count * (total - count)))


def determination(targets: Array, outputs: Array) -> float:
    """Return 1 - (squared error / variance), over all columns; NaN for shapes that differ."""
    targets = np.asarray(targets, dtype="float64").reshape(len(targets), -1)
    outputs = outputs.reshape(len(outputs), -1)
    spread = float(((targets - targets.mean(axis=0)) ** 2).sum())
    if targets.shape != outputs.shape or spread == 0:
        return float("nan")
    return 1 - float(((targets - outputs) ** 2).sum()) / spread


def _classes(labels: Array, outputs: Array, values: Array, *, logits: bool) -> Reading:
    columns = outputs.reshape(-1, outputs.shape[-1]) if outputs.ndim > 1 else outputs[:, None]
    units = columns.shape[-1]
    classes = _class_numbers(labels, values, units)
    if len(classes) != len(columns):
        return Reading(float("nan"), error=say("labels and outputs have different shapes"))
    if units == 1:
        scores, guesses = _one_unit(columns[:, 0], values, logits=logits)
    else:
        scores = softmax(columns, axis=-1) if logits else columns
        guesses = scores.argmax(axis=-1)
        if units == 2:  # noqa: PLR2004
            scores = np.stack([scores[:, 0] - scores[:, 1], scores[:, 1] - scores[:, 0]], axis=-1)
    return _summary(
        [(classes == k, scores[:, k]) for k in range(scores.shape[-1])],
        accuracy=float((guesses == classes).mean()),
    )


def _one_unit(outputs: Array, values: Array, *, logits: bool) -> tuple[Array, Array]:
    """Scores per class, and the class answered, of a head with a single unit."""
    values = np.asarray(values, dtype="float64")
    if len(values) > 2:  # noqa: PLR2004 - one number for many classes: the nearest one is meant
        scores = -np.abs(outputs[:, None] - values)
        return scores, scores.argmax(axis=-1)
    in_unit = bool(np.all((outputs >= 0) & (outputs <= 1)))
    threshold = 0.0 if logits else 0.5 if in_unit else float(values.mean())
    return np.stack([-outputs, outputs], axis=-1), (outputs > threshold).astype(int)


def _class_numbers(labels: Array, values: Array, units: int) -> Array:
    if _is_one_hot(labels):
        return np.asarray(labels.reshape(-1, labels.shape[-1]).argmax(axis=-1))
    flat = labels.reshape(-1)
    if units > 1:
        return flat.astype(int)  # an index loss looks the label up among the units
    return np.searchsorted(values, flat)


def _by_column(labels: Array, outputs: Array) -> Reading:
    columns = outputs.reshape(-1, outputs.shape[-1])
    if columns.shape != labels.shape:
        return Reading(float("nan"), error=say("labels and outputs have different shapes"))
    return _summary([(labels[:, k] > 0, columns[:, k]) for k in range(labels.shape[-1])])


def _summary(sides: list[tuple[Array, Array]], accuracy: float = float("nan")) -> Reading:
    areas, errors = [], []
    for positive, scores in sides:
        value, count = area(positive, scores), int(positive.sum())
        if not np.isnan(value):
            areas.append(value)
            errors.append(np.sqrt((len(positive) + 1) / (12 * count * (len(positive) - count))))
    if not areas:
        return Reading(float("nan"), error=say("the held-out samples are all of one class"))
    value = float(np.mean(areas))
    least = max(LEAST_AUC, 0.5 + _ERRORS * float(np.mean(errors)))
    return Reading(value, accuracy, learnt=value >= least)


def _is_one_hot(labels: Array) -> bool:
    if labels.ndim < 2 or labels.shape[-1] < 2:  # noqa: PLR2004 - a column is not an encoding
        return False
    rows = labels.reshape(-1, labels.shape[-1])[:10_000]
    return bool(np.all((rows == 0) | (rows == 1)) and np.all(rows.sum(axis=-1) == 1))
