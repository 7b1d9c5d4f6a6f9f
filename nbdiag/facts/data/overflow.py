"""Statistics of data that overflowed."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nbdiag.schema.data import ArrayStats, Data, Split
from nbdiag.schema.missing import Missing


def without_overflow(data: Data) -> Data:
    """Forget arrays whose statistics overflowed: to a comparison, NaN is neither large nor small.

    Statistics come from the finite values, so that only numbers near the greatest float can do it.
    """
    sides: dict[str, Any] = {
        side: ()
        for side in ("inputs", "labels", "validation_inputs", "validation_labels")
        if any(map(_is_broken, getattr(data, side)))
    }
    split = data.split
    if isinstance(split, Split) and not _is_number(split.ordered):
        sides["split"] = replace(split, ordered=Missing("not a number"))
    return replace(data, **sides) if sides else data


def _is_number(value: float | Missing) -> bool:
    return isinstance(value, Missing) or math.isfinite(value)


def _is_broken(stats: ArrayStats) -> bool:
    counted = stats.nans or stats.infinities  # then that is the finding
    return not counted and not all(map(math.isfinite, _numbers(stats)))


def _numbers(stats: ArrayStats) -> Iterator[float]:
    yield from (stats.minimum, stats.maximum, stats.mean, stats.std, stats.whole)
    yield from stats.row_sums or ()
    yield from stats.column_means or ()
    yield from stats.column_stds or ()
    yield from (stats.shares or {}).values()
    yield from (value for value, _ in stats.values or ())
