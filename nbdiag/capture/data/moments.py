"""Mean, deviation and the like of an array, in blocks that fit into the processor's cache."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]

# Numbers in a block: 512 kB of float64. Temporary arrays of the whole sample's size take
# several times as long, for each page of them is new to the process.
_BLOCK = 65_536
_NARROW = 8


@dataclass(frozen=True)
class Moments:
    """What two passes over finite numbers give.

    Attributes
    ----------
    whole
        Share of whole numbers.
    row_sums
        Least and greatest sum over the last axis, None for one axis.
    lows, highs, means, variances
        Per position of a sample, flattened.
    """

    mean: float
    std: float
    whole: float
    row_sums: tuple[float, float] | None
    lows: Array
    highs: Array
    means: Floats
    variances: Floats


def moments_of(sample: Array) -> Moments:
    """Measure finite numbers, samples along the first axis.

    Parameters
    ----------
    sample
        At least one sample of at least one number; integers, booleans or floats without NaN
        and infinities.
    """
    rows = sample.reshape(len(sample), -1)
    step = max(1, _BLOCK // rows.shape[1])
    blocks = [rows[start : start + step] for start in range(0, len(rows), step)]
    lows, highs = rows[0].copy(), rows[0].copy()
    total = np.zeros(rows.shape[1])
    room = np.empty_like(rows[:step], dtype="float64")
    integers, low_sum, high_sum = 0, np.inf, -np.inf
    for block in blocks:
        np.minimum(lows, block.min(axis=0), out=lows)
        np.maximum(highs, block.max(axis=0), out=highs)
        integers += block.size if block.dtype.kind != "f" else _count_whole(block)
        numbers = room[: len(block)]
        numbers[...] = block
        total += numbers.sum(axis=0)
        if sample.ndim > 1:
            sums = _row_sums(numbers.reshape(-1, sample.shape[-1]))
            low_sum, high_sum = min(low_sum, sums.min()), max(high_sum, sums.max())
    means = total / len(rows)
    squares = np.zeros(rows.shape[1])
    for block in blocks:
        apart = np.subtract(block, means, out=room[: len(block)])
        squares += np.einsum("ij,ij->j", apart, apart)
    variances = squares / len(rows)
    mean = float(means.mean())
    return Moments(
        mean=mean,
        std=float(np.sqrt(variances.mean() + ((means - mean) ** 2).mean())),
        whole=integers / rows.size,
        row_sums=(float(low_sum), float(high_sum)) if sample.ndim > 1 else None,
        lows=lows,
        highs=highs,
        means=means,
        variances=variances,
    )


def _count_whole(block: Array) -> int:
    return int(np.count_nonzero(block == np.rint(block)))


def _row_sums(numbers: Floats) -> Floats:
    width = numbers.shape[1]
    if width > _NARROW:
        sums: Floats = numbers.sum(axis=1)
        return sums
    # NumPy is slow at many short sums.
    sums = numbers[:, 0].copy()
    for place in range(1, width):
        sums += numbers[:, place]
    return sums
