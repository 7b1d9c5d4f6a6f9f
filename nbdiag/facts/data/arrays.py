"""What the statistics of inputs and labels say: scale, marks for missing values, shared rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nbdiag.schema.data import ArrayStats, Passed, Split
from nbdiag.schema.missing import Missing

BYTE = 255
WORD = 65_535
# Below these greatest values whole numbers are counts or categories rather than pixels.
_FAINTEST_BYTE = 64
_FAINTEST_WORD = 4_096
_SMALLEST_PICTURE = 16
# Deviation that float64 arithmetic finds in equal numbers, relative to them.
_ROUNDING = 1e-12
FEWEST_NEAR = 5
# How far a batch may be of one class alone: 0 when drawn at random, 1 when sorted by class.
ONE_CLASS = 0.3
# Numbers that tables use for "not measured"; each is far outside of ordinary columns.
SENTINELS = (-9999.0, -999.0, -99.0, 999.0, 9999.0)


def normalization_axis(inputs: Sequence[ArrayStats]) -> dict[str, None]:
    """Return arguments of a Normalization for the inputs: a plain number has no axis of features.

    With the default axis the samples themselves would be taken for features.
    """
    return {"axis": None} if inputs and not inputs[0].shape else {}


def rms(stats: ArrayStats) -> float:
    """Root mean square of all values: how large a typical value is, sign and offset included."""
    return math.hypot(stats.mean, stats.std)


def column_sizes(stats: ArrayStats) -> tuple[float, ...] | Missing:
    """Root mean square of each column.

    Returns
    -------
    tuple[float, ...] | Missing
        One number per feature of a sample; Missing when they were not measured.
    """
    columns = columns_of(stats)
    if isinstance(columns, Missing):
        return columns
    return tuple(math.hypot(mean, std) for mean, std in columns)


def columns_of(stats: ArrayStats) -> tuple[tuple[float, float], ...] | Missing:
    """Mean and deviation of each column; Missing when they were not measured."""
    means, stds = stats.column_means or (), stats.column_stds or ()
    if not means or len(means) != len(stds):
        return Missing("the columns were not measured one by one")
    return tuple(zip(means, stds, strict=True))


@dataclass(frozen=True)
class ColumnSpread:
    """How unlike the columns of a table are.

    Attributes
    ----------
    widest
        Index of the column with the greatest root mean square.
    narrowest_size
        Root mean square of the smallest column that varies.
    ratio
        How many times as large the widest column is.
    share
        Share of the mean square of a whole row that the widest column holds: with equally
        drawn weights, this share of a first layer's variance comes from that column alone.
    """

    widest: int
    narrowest_size: float
    ratio: float
    share: float


def column_spread(stats: ArrayStats) -> ColumnSpread | Missing:
    """Compare the columns of a table; Missing with fewer than two that vary."""
    columns = columns_of(stats)
    if isinstance(columns, Missing):
        return columns
    sizes = tuple(math.hypot(mean, std) for mean, std in columns)
    varying = [
        size
        for size, (_, std) in zip(sizes, columns, strict=True)
        if std > size * _ROUNDING and math.isfinite(size)
    ]
    if len(varying) < 2:  # noqa: PLR2004 - one column has nothing to be compared with
        return Missing("fewer than two columns vary")
    finite = [size if math.isfinite(size) else 0.0 for size in sizes]
    widest = max(range(len(finite)), key=finite.__getitem__)
    narrowest = min(varying)
    total = sum(size * size for size in finite)
    return ColumnSpread(
        widest=widest,
        narrowest_size=narrowest,
        ratio=finite[widest] / narrowest,
        share=finite[widest] ** 2 / total,
    )


def full_scale(stats: ArrayStats) -> int | None:
    """Greatest value of the pixel format that the values are in.

    Returns
    -------
    int | None
        255 for whole numbers that fill bytes, 65535 for 16-bit words, None for anything else. The
        kind of number alone is not enough: counts and categories are whole, too; and a row of a few
        numbers is not an image, unless they are stored as bytes.
    """
    if stats.whole < 1.0 or stats.minimum < 0 or stats.nans or stats.infinities:
        return None
    numbers = math.prod(axis or 1 for axis in stats.shape)
    if numbers < _SMALLEST_PICTURE and stats.dtype not in ("uint8", "uint16"):
        return None
    if _FAINTEST_BYTE <= stats.maximum <= BYTE:
        return BYTE
    if stats.dtype == "uint16" and _FAINTEST_WORD <= stats.maximum <= WORD:
        return WORD
    return None


def sentinel(stats: ArrayStats) -> float | None:
    """Find a number that marks missing values, such as -999.

    It has to be the very least value of data that are not negative at their other end, or the
    greatest one, five times as large as any value at the other end.
    """
    for mark in SENTINELS:
        if mark not in (stats.minimum, stats.maximum):
            continue
        other = stats.maximum if mark == stats.minimum else stats.minimum
        if mark < 0 and other >= 0:
            return mark
        if mark > 0 and abs(other) < mark / 5:
            return mark
    return None


def blurred_columns(stats: ArrayStats) -> tuple[int, ...] | Missing:
    """Columns whose differences float32 cannot hold.

    Keras computes in float32: around 3.2e9 neighbouring numbers lie 256 apart, so a column
    of addresses that differ by one becomes a constant.

    Returns
    -------
    tuple[int, ...] | Missing
        Indices of columns that vary by less than the spacing of float32 at their mean.
    """
    columns = columns_of(stats)
    if isinstance(columns, Missing):
        return columns
    return tuple(
        place
        for place, (mean, std) in enumerate(columns)
        if abs(mean) * _ROUNDING < std < float(np.spacing(np.float32(abs(mean))))
    )


def total_variation(first: dict[int, float], second: dict[int, float]) -> float:
    """Half the sum of absolute differences of two class distributions: 0 equal, 1 disjoint."""
    labels = first.keys() | second.keys()
    return sum(abs(first.get(label, 0.0) - second.get(label, 0.0)) for label in labels) / 2


def chance_variation(classes: int, rows: int, other_rows: int) -> float:
    """Total variation that two shuffled samples of one population show by chance.

    The expectation for two multinomial samples with equal shares is
    sqrt((K - 1) / (2 pi)) * sqrt(1/n + 1/m) (mean absolute value of a normal difference).
    """
    if min(rows, other_rows) < 1:
        return 1.0
    return min(1.0, math.sqrt((classes - 1) / (2 * math.pi) * (1 / rows + 1 / other_rows)))


def repeated_share(split: Split | Passed) -> float | Missing:
    """Share of training rows that repeat an earlier one."""
    if isinstance(split.duplicate_rows, Missing):
        return split.duplicate_rows
    return split.duplicate_rows / split.training_rows if split.training_rows else 0.0


def leaked_share(split: Split | Passed) -> float | Missing:
    """Share of validation rows that stand in the training data beyond what the data explain.

    Rows drawn from few possible ones repeat within the training data as well, and a row of such
    data meets a copy on the other side without any leak. A training row has half of the
    training rows before it on average, a validation row all of them: twice the share of repeated
    rows is expected, and three standard deviations of that count (Poisson) are forgiven.
    """
    if isinstance(split.shared_rows, Missing):
        return split.shared_rows
    if not split.validation_rows:
        return Missing("no validation samples")
    repeated = repeated_share(split)
    share = 0.0 if isinstance(repeated, Missing) else min(1.0, 2 * repeated)
    expected = share * split.validation_rows
    beyond = split.shared_rows - expected - 3 * math.sqrt(expected)
    return max(0.0, beyond) / split.validation_rows


def sorted_batches(passed: Passed | Missing) -> float:
    """How far the batches of a stream hold one class alone, 0 where they do not."""
    order = passed if isinstance(passed, Missing) else passed.batch_order
    return order if not isinstance(order, Missing) and order > ONE_CLASS else 0.0


def near_share(split: Split) -> float | Missing:
    """Share of validation rows that nearly repeat a training row, from the sample that was taken.

    Of a training side larger than the sample only so many copies can be found: what was found is
    scaled up by the part that was searched.
    """
    near = split.near
    if isinstance(near, Missing):
        return near
    if not near.looked_at or not near.among:
        return Missing("no samples were compared")
    # A handful proves nothing, least of all when each represents many.
    if near.found < FEWEST_NEAR:
        return 0.0
    searched = near.among / max(split.training_rows, near.among)
    return min(1.0, near.found / near.looked_at / searched)


def scale_factor(training: ArrayStats, validation: ArrayStats) -> float | None:
    """Factor by which validation values are larger than training values, None when unclear.

    Spread and greatest magnitude must agree on it within a factor of two; an outlier on one
    side changes only one of them.
    """
    sizes = (rms(training), rms(validation))
    peaks = tuple(max(abs(item.minimum), abs(item.maximum)) for item in (training, validation))
    if min(*sizes, *peaks) <= 0 or not all(map(math.isfinite, (*sizes, *peaks))):
        return None
    by_size, by_peak = sizes[1] / sizes[0], peaks[1] / peaks[0]
    agree = 0.5 <= by_size / by_peak <= 2  # noqa: PLR2004 - documented above
    return math.sqrt(by_size * by_peak) if agree else None
