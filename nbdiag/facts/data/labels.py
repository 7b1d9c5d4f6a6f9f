"""How labels are written, judged from their values alone."""

import math
from typing import Literal

from nbdiag.schema.data import ArrayStats

LabelForm = Literal[
    "constant",
    "binary",
    "signed",
    "two_values",
    "class_index",
    "one_hot",
    "multi_hot",
    "distribution",
    "probability",
    "count",
    "continuous",
    "unknown",
]

MOST_CLASSES = 100
"""Whole numbers with more distinct values are counts, unless a sparse loss calls them classes:
ImageNet and vocabularies come with a sparse loss, grey values (0-255) do not."""

FEWEST_ROWS = 3
"""Rows per distinct whole number below which the numbers are measurements, not classes."""

LEAST_FILLED = 0.5
"""Share of 0 … maximum that occurs below which whole numbers are measurements, not classes."""

ROW_SUM_TOLERANCE = 1e-3
"""Float32 rounding of a row of probabilities; 1e-7 for each of up to 10,000 classes."""


def form_of(labels: ArrayStats, *, sparse: bool = False, rank: int | None = None) -> LabelForm:
    """Find how labels are encoded.

    Parameters
    ----------
    labels
        Statistics of the labels of one output.
    sparse
        Whether the loss reads each number as a class ("sparse_…").
    rank
        Number of axes of one sample's output; labels with fewer axes have no axis of classes.

    Returns
    -------
    LabelForm
        "constant": one distinct value. "binary": a number that is 0 or 1. "signed": -1 or 1,
        in one column or several. "two_values": two other whole numbers, {1, 2} or {0, 255}.
        "class_index": whole numbers counted from 0 or 1, three or more. "one_hot" and
        "multi_hot": columns of 0 and 1, of which exactly one, or any number, is 1.
        "distribution": columns between 0 and 1 that sum to 1. "probability": other numbers
        between 0 and 1. "count": other whole numbers from 0. "continuous": everything else.
        "unknown": nothing finite was sampled.
    """
    if not math.isfinite(labels.maximum - labels.minimum) or labels.minimum > labels.maximum:
        return "unknown"
    if labels.sampled == 0:
        return "unknown"
    if labels.minimum == labels.maximum:
        return "constant"
    whole = labels.whole == 1.0
    if whole and (labels.minimum, labels.maximum) == (-1.0, 1.0) and _distinct(labels) == 2:  # noqa: PLR2004 - two signs
        return "signed"
    if has_columns(labels, sparse=sparse, rank=rank):
        return _form_of_columns(labels, whole=whole)
    return _form_of_numbers(labels, sparse=sparse) if whole else _form_of_fractions(labels)


def has_columns(labels: ArrayStats, *, sparse: bool = False, rank: int | None = None) -> bool:
    """Whether the last axis of the labels runs over classes or quantities, not over positions."""
    if sparse or not labels.shape or labels.shape[-1] == 1:
        return False
    return rank is None or len(labels.shape) >= rank


def _form_of_columns(labels: ArrayStats, *, whole: bool) -> LabelForm:
    if labels.minimum < 0 or labels.maximum > 1:
        return "count" if whole and labels.minimum >= 0 else "continuous"
    if whole:
        return "one_hot" if labels.row_sums == (1.0, 1.0) else "multi_hot"
    low, high = labels.row_sums or (0.0, 0.0)
    sums_to_one = low > 1 - ROW_SUM_TOLERANCE and high < 1 + ROW_SUM_TOLERANCE
    return "distribution" if sums_to_one else "probability"


def _form_of_numbers(labels: ArrayStats, *, sparse: bool) -> LabelForm:
    distinct = _distinct(labels)
    if distinct == 2:  # noqa: PLR2004 - a yes and a no
        return "binary" if (labels.minimum, labels.maximum) == (0.0, 1.0) else "two_values"
    if sparse and labels.minimum >= 0:
        return "class_index"
    if distinct is None or not 0 <= labels.minimum <= 1:
        return "count" if labels.minimum >= 0 else "continuous"
    filled = distinct / (labels.maximum - labels.minimum + 1)
    repeated = labels.sampled / distinct >= FEWEST_ROWS
    small = distinct <= MOST_CLASSES
    return "class_index" if small and repeated and filled >= LEAST_FILLED else "count"


def _form_of_fractions(labels: ArrayStats) -> LabelForm:
    if labels.minimum < 0 or labels.maximum > 1:
        return "continuous"
    # y / 255 of 0/1 labels is two values, too, but a fraction; its range is what matters then.
    return "probability"


def _distinct(labels: ArrayStats) -> int | None:
    return len(labels.values) if labels.values else None
