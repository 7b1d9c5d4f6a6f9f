"""What training and validation rows have to do with each other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nbdiag.capture.arrays import Array
from nbdiag.capture.near import near_rows
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import Split

# Above this the comparison would take longer than a reader waits.
_MOST_BYTES = 2 * 2**30
_MOST_CLASSES = 256


def describe_split(
    training: Sequence[Array], validation: Sequence[Array], labels: Sequence[Array]
) -> Split:
    """Compare the rows of training and validation inputs, byte for byte and by distance.

    Parameters
    ----------
    training, validation
        Input arrays, one per input.
    labels
        Training labels, for their order.
    """
    shared, duplicates = _compare(training, validation)
    return Split(
        training_rows=len(training[0]) if training else 0,
        validation_rows=len(validation[0]) if validation else 0,
        shared_rows=shared,
        duplicate_rows=duplicates,
        ordered=order_of(labels[0]) if labels else Missing("there are no labels"),
        near=near_rows(training, validation),
    )


def order_of(labels: Array) -> float | Missing:
    """How far training rows are sorted by class: 0 when shuffled, close to 1 when sorted."""
    if labels.ndim > 1 and labels.shape[-1] > 1:
        if labels[0].ndim > 1 or labels.dtype.kind not in "biuf":
            return Missing("the targets are no classes")
        if not np.all((labels == 0) | (labels == 1)) or not np.all(labels.sum(axis=-1) == 1):
            return Missing("the targets are no classes")
        classes = labels.argmax(axis=-1)
    elif labels.dtype.kind in "biuf" and labels.size == len(labels):
        classes = labels.reshape(-1)
        if np.any(classes != np.rint(classes)):
            return Missing("the targets are no classes")
    else:
        return Missing("the targets are no classes")
    found, counts = np.unique(classes, return_counts=True)
    if len(found) > _MOST_CLASSES or len(found) * 4 > len(classes):
        return Missing("the targets are no classes")
    if len(found) == 1:
        return Missing("all rows have the same class")
    shares = counts / counts.sum()
    return float((classes[1:] == classes[:-1]).mean() - (shares**2).sum())


def _compare(
    training: Sequence[Array], validation: Sequence[Array]
) -> tuple[int | Missing, int | Missing]:
    every = [*training, *validation]
    if not training or any(array.dtype.kind not in "biuf" for array in every):
        return Missing("the inputs are not numbers"), Missing("the inputs are not numbers")
    if sum(array.nbytes for array in every) > _MOST_BYTES:
        return Missing("the data are larger than 2 GB"), Missing("the data are larger than 2 GB")
    marks = row_marks(training)
    order = np.argsort(marks, kind="stable")
    ordered = marks[order]
    repeated = np.zeros(len(marks), dtype=bool)
    same = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1
    starts = np.searchsorted(ordered, ordered[same])
    repeated[order[same]] = _equal(training, order[same], training, order[starts])
    duplicates = int(repeated.sum())
    if not validation:
        return Missing("no validation data"), duplicates
    if _forms(training) != _forms(validation):
        return Missing("training and validation rows have different types"), duplicates
    others = row_marks(validation)
    place = np.searchsorted(ordered, others)
    inside = place < len(ordered)
    inside[inside] = ordered[place[inside]] == others[inside]
    hits = np.flatnonzero(inside)
    equal = _equal(validation, hits, training, order[place[hits]])
    return int(equal.sum()), duplicates


def _forms(arrays: Sequence[Array]) -> list[tuple[str, tuple[int, ...]]]:
    return [(str(array.dtype), array.shape[1:]) for array in arrays]


def row_marks(arrays: Sequence[Array]) -> NDArray[np.uint64]:
    """Give each row a 64-bit mark that equal rows share.

    Words of eight bytes are folded and multiplied by fixed odd numbers; equal marks are
    compared byte for byte afterwards, so a collision costs time and no truth.
    """
    total = np.zeros(len(arrays[0]), dtype=np.uint64)
    for number, array in enumerate(arrays):
        width = array[:1].nbytes
        generator = np.random.default_rng([20, number])
        factors = generator.integers(2**62, 2**63, size=width // 8 + 1, dtype=np.uint64) * 2 + 1
        step = max(1, 2**23 // max(width, 1))
        for start in range(0, len(array), step):
            words = _words(array[start : start + step])
            words = words ^ (words >> np.uint64(32))
            mixed = (words * factors[: words.shape[1]]).sum(axis=1, dtype=np.uint64)
            total[start : start + step] += mixed ^ (mixed >> np.uint64(29))
    return total


def _words(rows: Array) -> NDArray[np.uint64]:
    raw = np.ascontiguousarray(rows).reshape(len(rows), -1).view(np.uint8)
    spare = -raw.shape[1] % 8
    if spare:
        raw = np.pad(raw, ((0, 0), (0, spare)))
    words: NDArray[np.uint64] = raw.view(np.uint64)
    return words


def _equal(
    left: Sequence[Array],
    places: NDArray[np.intp],
    right: Sequence[Array],
    others: NDArray[np.intp],
) -> NDArray[np.bool_]:
    equal = np.ones(len(places), dtype=bool)
    for a, b in zip(left, right, strict=True):
        step = max(1, 2**24 // max(a[:1].nbytes, 1))
        for start in range(0, len(places), step):
            part = slice(start, start + step)
            one, two = _words(a[places[part]]), _words(b[others[part]])
            equal[part] &= (one == two).all(axis=1)
    return equal
