"""What training and validation rows have to do with each other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbdiag.capture.data.arrays import Array
from nbdiag.capture.data.near_duplicates import find_near_duplicates
from nbdiag.schema.data import Split
from nbdiag.schema.missing import Missing

# Above this the comparison would take longer than a reader waits.
_MOST_BYTES = 2 * 2**30
_MOST_CLASSES = 256
# Rows are marked in blocks that stay in the processor's cache.
_BLOCK = 2**18


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
    shared, duplicates = compare_rows(training, validation)
    return Split(
        training_rows=len(training[0]) if training else 0,
        validation_rows=len(validation[0]) if validation else 0,
        shared_rows=shared,
        duplicate_rows=duplicates,
        ordered=order_of(labels[0]) if labels else Missing("there are no labels"),
        near=find_near_duplicates(training, validation),
    )


def order_of(labels: Array) -> float | Missing:
    """How far training rows are sorted by class: 0 when shuffled, close to 1 when sorted."""
    classes = _classes(labels)
    if classes is None:
        return Missing("the targets are not classes")
    found, counts = np.unique(classes, return_counts=True)
    if len(found) > _MOST_CLASSES or len(found) * 4 > len(classes):
        return Missing("the targets are not classes")
    if len(found) == 1:
        return Missing("all samples have the same class")
    shares = counts / counts.sum()
    return float((classes[1:] == classes[:-1]).mean() - (shares**2).sum())


def order_of_batches(labels: Sequence[Array]) -> float | Missing:
    """How far each batch holds one class alone: 0 for batches drawn at random, 1 for pure ones.

    The chance that two samples of a batch are of one class, less the same chance for two samples
    of different batches, as a share of what it could be more.

    Parameters
    ----------
    labels
        Labels of some batches, one array a batch, in any order.
    """
    batches = [found for item in labels if (found := _classes(item)) is not None]
    if not batches or len(batches) < len(labels):
        return Missing("the targets are not classes")
    every = np.concatenate(batches)
    found, counts = np.unique(every, return_counts=True)
    if len(found) > _MOST_CLASSES or len(found) * 4 > len(every):
        return Missing("the targets are not classes")
    if len(found) == 1:
        return Missing("all samples have the same class")
    equal = pairs = 0.0
    for batch in batches:
        _, each = np.unique(batch, return_counts=True)
        equal += float((each * (each - 1)).sum())
        pairs += len(batch) * (len(batch) - 1)
    expected = float((counts * (counts - 1)).sum()) / (len(every) * (len(every) - 1))
    if not pairs:
        return Missing("a batch is a single sample")
    return (equal / pairs - expected) / (1 - expected)


def _classes(labels: Array) -> NDArray[Any] | None:
    """Class numbers of samples, None where the labels are not classes."""
    if labels.ndim > 1 and labels.shape[-1] > 1:
        if labels[0].ndim > 1 or labels.dtype.kind not in "biuf":
            return None
        if not np.all((labels == 0) | (labels == 1)) or not np.all(labels.sum(axis=-1) == 1):
            return None
        return np.asarray(labels.argmax(axis=-1))
    if labels.dtype.kind not in "biuf" or labels.size != len(labels):
        return None
    classes = labels.reshape(-1)
    return None if np.any(classes != np.rint(classes)) else classes


def compare_rows(
    training: Sequence[Array], validation: Sequence[Array]
) -> tuple[int | Missing, int | Missing]:
    """Count the validation rows that stand in the training data, and the repeated training rows.

    Byte for byte, Missing with the reason where rows cannot be compared so.
    """
    every = [*training, *validation]
    if not training or any(array.dtype.kind not in "biuf" for array in every):
        return Missing("the inputs are not numbers"), Missing("the inputs are not numbers")
    if sum(array.nbytes for array in every) > _MOST_BYTES:
        return Missing("the data are larger than 2 GB"), Missing("the data are larger than 2 GB")
    comparable = bool(validation) and _forms(training) == _forms(validation)
    shared: int | Missing = 0
    if not comparable:
        shared = Missing(
            "training and validation samples have different types"
            if validation
            else "no validation data"
        )
    # A first look at all rows, hardly slower than reading them; a second at those that need it.
    marks = row_marks(training, folded=False)
    ordered = np.sort(marks)
    others = row_marks(validation, folded=False) if comparable else ordered[:0]
    hits = np.flatnonzero(_find(ordered, others)[0])
    wanted = np.concatenate([ordered[1:][ordered[1:] == ordered[:-1]], others[hits]])
    if not len(wanted):
        return shared, 0
    places = np.flatnonzero(np.isin(marks, wanted))
    marks = row_marks(training, places)
    order = np.argsort(marks, kind="stable")
    ordered, places = marks[order], places[order]
    same = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1
    starts = np.searchsorted(ordered, ordered[same])
    duplicates = int(_equal(training, places[same], training, places[starts]).sum())
    if comparable:
        found, place = _find(ordered, row_marks(validation, hits))
        equal = _equal(validation, hits[found], training, places[place[found]])
        shared = int(equal.sum())
    return shared, duplicates


def _find(
    ordered: NDArray[np.uint64], wanted: NDArray[np.uint64]
) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Find which marks are in an ordered list, and where the first of their kind is."""
    place = np.searchsorted(ordered, wanted)
    found = place < len(ordered)
    found[found] = ordered[place[found]] == wanted[found]
    return found, place


def _forms(arrays: Sequence[Array]) -> list[tuple[str, tuple[int, ...]]]:
    return [(str(array.dtype), array.shape[1:]) for array in arrays]


def row_marks(
    arrays: Sequence[Array], places: NDArray[np.intp] | None = None, *, folded: bool = True
) -> NDArray[np.uint64]:
    """Compute for each row a 64-bit mark that equal rows share.

    Words of eight bytes are folded and multiplied by fixed odd numbers; equal marks are
    compared byte for byte afterwards, so a collision costs time and no truth.

    Parameters
    ----------
    arrays
        One per input, rows first.
    places
        Rows to mark; all by default.
    folded
        Whether the upper half of a word is folded into the lower one. Without it the mark is
        made twice as fast, but rows that differ in the uppermost bits of two words alone, as
        sparse rows of 0 and 1 may, share theirs too often.
    """
    rows = len(arrays[0]) if places is None else len(places)
    total = np.zeros(rows, dtype=np.uint64)
    for number, array in enumerate(arrays):
        width = array[:1].nbytes
        generator = np.random.default_rng([20, number])
        factors = generator.integers(2**62, 2**63, size=width // 8 + 1, dtype=np.uint64) * 2 + 1
        step = max(1, _BLOCK // max(width, 1))
        for start in range(0, rows, step):
            part = slice(start, start + step)
            words = _words(array[part] if places is None else array[places[part]])
            if folded:
                words = words ^ (words >> np.uint64(32))
            mixed = np.einsum("ij,j->i", words, factors[: words.shape[1]])
            total[part] += mixed ^ (mixed >> np.uint64(29))
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
