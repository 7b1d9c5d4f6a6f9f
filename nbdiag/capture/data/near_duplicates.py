"""Validation rows that are nearly a training row: found by nearest neighbours on a sample.

What is near depends on the data. A row's nearest training row is taken for a copy of it when it is
ten times closer than the row's tenth neighbour: neighbours by chance grow apart slowly, as the
number of rows to the power of one over the dimension that the rows fill. That dimension is
estimated from further neighbours, so that data in which neighbours are close anyway (a few settings
on a grid, windows of a plain wave) can be recognised.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nbdiag.capture.data.arrays import Array, even_rows
from nbdiag.schema.data import NearDuplicates
from nbdiag.schema.missing import Missing

LOOKED_AT = 256  # validation rows: a share of 5 % is then known to ±1.4 %
AMONG = 20_000  # training rows: some 0.1 s for 64 columns
COLUMNS = 64  # of rows that fill more dimensions than that, chance makes no neighbours either
FEWEST_COLUMNS = 8
FEWEST_ROWS = 20
CANDIDATES = 512  # columns that are looked at to find the measured ones
LEVELS = 16  # distinct values: a column with fewer holds kinds or counts, not quantities
CLOSER = 0.1
TENTH, TWENTIETH = 10, 20
# Rows asked for, and known rows that each product compares them with: with 64 columns just so small
# that OpenBLAS computes it in this thread. Threads that it would start wait for the next product
# longer than they have worked for this one.
_TOGETHER, _BLOCK = 64, 32

_TOO_FEW = Missing("too few samples without NaN for a comparison of neighbours")

Rows = NDArray[np.float32]


def find_near_duplicates(
    training: Sequence[Array], validation: Sequence[Array]
) -> NearDuplicates | Missing:
    """Count the validation rows that nearly repeat a training row.

    Parameters
    ----------
    training, validation
        Input arrays, one per input. Their types may differ: values are compared.

    Returns
    -------
    NearDuplicates or Missing
        Missing without numbers on both sides, where there are too few rows, or too few columns of
        quantities.

    References
    ----------
    E. Levina, P. Bickel, "Maximum likelihood estimation of intrinsic dimension", NIPS 17, 2004.
    """
    if not training or not validation:
        return Missing("no validation data")
    if any(array.dtype.kind not in "biuf" for array in (*training, *validation)):
        return Missing("the inputs are not numbers")
    if [array.shape[1:] for array in training] != [array.shape[1:] for array in validation]:
        return Missing("training and validation samples have different shapes")
    if len(training[0]) < 10 * TWENTIETH or len(validation[0]) < FEWEST_ROWS:
        return Missing("too few samples for a comparison of neighbours")
    columns = _columns(training)
    if len(columns) < FEWEST_COLUMNS:
        return Missing("the inputs have fewer than eight columns of quantities")
    places = even_rows(len(training[0]), AMONG), even_rows(len(validation[0]), LOOKED_AT)
    known, asked = _taken(training, places[0], columns), _taken(validation, places[1], columns)
    kept = [np.flatnonzero(np.isfinite(rows).all(axis=1)) for rows in (known, asked)]
    known, asked = (
        rows if len(rows) == len(there) else rows[there]
        for rows, there in zip((known, asked), kept, strict=True)
    )
    if len(known) < 10 * TWENTIETH or len(asked) < FEWEST_ROWS:
        return _TOO_FEW
    centre = known.mean(axis=0)
    known -= centre
    asked -= centre
    spread = np.sqrt(np.square(known).mean(axis=0))
    if not spread.all():
        return _TOO_FEW
    known, asked = (known / spread).astype(np.float32), (asked / spread).astype(np.float32)
    neighbours, distances = _neighbours(known, asked)
    alike = distances[:, 0] <= CLOSER * distances[:, TENTH - 1]
    alike &= distances[:, TENTH - 1] > 0
    for row in np.flatnonzero(alike & (distances[:, 0] == 0)):
        there, here = places[0][kept[0][neighbours[row, 0]]], places[1][kept[1][row]]
        alike[row] = any(
            a[there].tobytes() != b[here].tobytes()
            for a, b in zip(training, validation, strict=True)
        )
    return NearDuplicates(
        looked_at=len(asked),
        among=len(known),
        columns=len(columns),
        found=int(alike.sum()),
        dimension=_dimension(distances),
    )


def _columns(arrays: Sequence[Array]) -> list[tuple[int, int]]:
    """Choose columns of quantities, as pairs of input and place: many values, none in most rows."""
    widths = [array[:1].size for array in arrays]
    every = [(number, place) for number, width in enumerate(widths) for place in range(width)]
    generator = np.random.default_rng(17)
    if len(every) > CANDIDATES:
        every = [every[i] for i in np.sort(generator.choice(len(every), CANDIDATES, replace=False))]
    ordered = np.sort(_taken(arrays, even_rows(len(arrays[0]), LOOKED_AT), every), axis=0)
    levels = (np.diff(ordered, axis=0) != 0).sum(axis=0) + 1
    half = len(ordered) // 2
    # In sorted values one that fills half of the rows stands half of the rows apart from itself.
    frequent = (ordered[half:] == ordered[: len(ordered) - half]).any(axis=0)
    sound = np.isfinite(ordered).all(axis=0) & (levels >= LEVELS) & ~frequent
    usable = np.flatnonzero(sound)
    if len(usable) > COLUMNS:
        usable = np.sort(generator.choice(usable, COLUMNS, replace=False))
    return [every[i] for i in usable]


def _taken(
    arrays: Sequence[Array], rows: NDArray[np.intp], columns: Sequence[tuple[int, int]]
) -> NDArray[np.float64]:
    """Take some columns of some rows, without a copy of the rest."""
    parts = []
    for number, array in enumerate(arrays):
        places = np.array([place for owner, place in columns if owner == number], dtype=np.intp)
        if array.ndim == 1:
            parts.append(array[rows][:, None][:, places])
            continue
        if len(rows) == len(array) and array.flags.c_contiguous:
            # In half the time that indices of two axes take.
            parts.append(np.take(array.reshape(len(array), -1), places, axis=1))
        elif len(places):
            inner = np.unravel_index(places, array.shape[1:])
            parts.append(array[(rows[:, None], *(axis[None, :] for axis in inner))])
    return np.concatenate(parts, axis=1).astype(np.float64)


def _neighbours(known: Rows, asked: Rows) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Find each row's twenty nearest, nearest first, and how far they are.

    All distances are computed, as scikit-learn's ``NearestNeighbors(algorithm="brute")`` does: its
    import alone would take ten times as long, at the user's first fit.
    """
    # Rows are filled up to whole blocks by some that are infinitely far.
    blocks = -(-len(known) // _BLOCK)
    filled = np.zeros((blocks * _BLOCK, known.shape[1]), dtype=np.float32)
    filled[: len(known)] = known
    rows = filled.reshape(blocks, _BLOCK, -1)
    # Of the squared distance, what does not depend on the row that is asked for.
    squares = np.full((blocks * _BLOCK, 1), np.inf, dtype=np.float32)
    squares[: len(known), 0] = np.einsum("ij,ij->i", known, known)
    apart_from_zero = squares.reshape(blocks, _BLOCK, 1)
    found = np.empty((len(asked), TWENTIETH), dtype=np.intp)
    room = np.empty((blocks, _BLOCK, _TOGETHER), dtype=np.float32)
    for start in range(0, len(asked), _TOGETHER):
        # Copied, as OpenBLAS takes three times as long for a transposed view.
        part = np.ascontiguousarray(-2 * asked[start : start + _TOGETHER].T)
        far = np.matmul(rows, part, out=room[:, :, : part.shape[1]])
        far += apart_from_zero
        found[start : start + _TOGETHER] = _smallest(far, TWENTIETH)
    # The search takes differences of squares, which leaves little of a tiny distance.
    apart = known[found].astype(np.float64) - asked[:, None]
    distances = np.sqrt((apart**2).sum(axis=-1))
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(found, order, 1), np.take_along_axis(distances, order, 1)


def _smallest(far: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Find which known rows are nearest to each asked one, in the order of the known rows.

    They lie in as many blocks as rows are wanted: those of which the nearest row is nearest. Blocks
    are compared a dozen times faster than rows are put in order.

    Parameters
    ----------
    far
        By blocks of known rows, known rows of a block, and asked rows.
    count
        How many are wanted.
    """
    blocks, size, asked = far.shape
    # Of each block the nearest: in this order NumPy compares whole lines of numbers at once.
    nearest, most = far.min(axis=1).T, min(count, blocks)
    chosen = np.argpartition(nearest, most - 1, axis=1)[:, :most]
    inside = far[chosen, :, np.arange(asked)[:, None]].reshape(asked, -1)
    places = (chosen[:, :, None] * size + np.arange(size)).reshape(asked, -1)
    best = np.argpartition(inside, count - 1, axis=1)[:, :count]
    return np.sort(np.take_along_axis(places, best, 1), axis=1)


def _dimension(distances: NDArray[np.float64]) -> float:
    """Estimate how many dimensions the rows fill, from the tenth to the twentieth neighbour.

    The distance to the k-th neighbour grows as k to the power of one over the dimension.
    """
    usable = distances[distances[:, TENTH - 1] > 0]
    if not len(usable):
        return 0.0
    ranks = np.arange(TENTH, TWENTIETH)
    growth = np.log(usable[:, TWENTIETH - 1 :] / usable[:, TENTH - 1 : -1]).mean(axis=1)
    middle = float(np.median(growth))
    expected = float(np.log(TWENTIETH / ranks).mean())
    return expected / middle if middle > 0 else 0.0
