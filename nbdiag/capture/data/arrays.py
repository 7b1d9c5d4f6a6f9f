"""Statistics of arrays of inputs and labels."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbdiag.capture.data.moments import moments_of
from nbdiag.schema.data import ArrayStats

_FEWEST_STEPS = 8
Array = NDArray[Any]

# Least, greatest and NaN are exact up to this size: one pass over it takes some 20 ms.
_EXACT_BYTES = 64 * 2**20
_SAMPLE_ROWS = 4096
_SAMPLE_NUMBERS = 2_000_000
_LABEL_NUMBERS = 5_000_000
MOST_VALUES = 256
MOST_COLUMNS = 512


def as_array(given: Any) -> Array | None:
    """View an array-like of any library as a NumPy array, without a copy where possible.

    Returns
    -------
    ndarray or None
        None for what is not a dense array (a ragged or sparse tensor, a data set).
    """
    if isinstance(given, np.ndarray):
        return given
    if type(given).__name__.endswith("Sliceable"):
        # What Keras makes of data that it has split (array_slicing.py).
        return as_array(given.array)
    if type(given).__module__.split(".")[0] == "pandas":
        return np.asarray(given.to_numpy())
    if not hasattr(given, "shape") or not hasattr(given, "dtype"):
        return None
    if hasattr(given, "detach"):
        given = given.detach().cpu()
    if hasattr(given, "numpy"):
        found = given.numpy()
        return found if isinstance(found, np.ndarray) else None
    return np.asarray(given) if hasattr(given, "__array__") else None


def named_arrays(given: Any, names: Sequence[str] = ()) -> dict[str, Array]:
    """Return the arrays of a structure by key: "" for a single one."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        found = {str(key): as_array(item) for key, item in given.items()}
    elif isinstance(given, list | tuple):
        keys = names if len(names) == len(given) else [str(n) for n in range(len(given))]
        found = {key: as_array(item) for key, item in zip(keys, given, strict=True)}
        if len(found) == 1:
            found = {"": next(iter(found.values()))}
    else:
        found = {"": as_array(given)}
    return {key: item for key, item in found.items() if item is not None and item.ndim > 0}


def describe_array(
    array: Array, name: str, *, labels: bool = False, stream: bool = False
) -> ArrayStats:
    """Measure one array.

    Parameters
    ----------
    array
        Samples along the first axis.
    name
        Key of the input or output.
    labels
        Labels are counted on all rows (up to 5 million numbers), and get ``shares``.
    stream
        Whether the array is what was seen of a stream, whose length is unknown.

    Returns
    -------
    ArrayStats
        Mean, deviation and the like come from at most 4096 evenly spaced rows (fewer for wide
        rows); least, greatest, NaN and infinite values from the whole array up to 64 MB.
    """
    rows = len(array)
    sample = array[_sample_rows(array, labels=labels)]
    common: dict[str, Any] = {
        "name": name,
        "dtype": str(array.dtype),
        "shape": tuple(array.shape[1:]),
        "rows": None if stream else rows,
        "sampled": len(sample),
        "digest": digest(array),
    }
    if array.dtype.kind not in "biuf" or not array.size:
        nan = float("nan")
        return ArrayStats(**common, minimum=nan, maximum=nan, mean=nan, std=nan)
    whole = array if array.nbytes <= _EXACT_BYTES else sample
    least, greatest, nans, infinities = _range(whole)
    values = _values(sample)
    measured = _measured(sample) if not (nans or infinities) else _measured_in_part(sample)
    return ArrayStats(
        **common,
        minimum=least,
        maximum=greatest,
        nans=nans,
        infinities=infinities,
        values=values,
        **measured,
        shares=_shares(sample, values) if labels else None,
        **({} if labels else _zeros(sample)),
        flat=None if labels else _flat(sample),
    )


def _flat(sample: Array) -> float | None:
    """Measure how many images, of at most 256, have one value everywhere."""
    if sample.ndim != 4:  # noqa: PLR2004 - samples, two sides and channels
        return None
    images = sample[even_rows(len(sample), 256)].reshape(min(len(sample), 256), -1)
    return float((images.min(axis=1) == images.max(axis=1)).mean())


def _zeros(sample: Array) -> dict[str, Any]:
    """Measure the zeros around and within sequences of whole numbers, or of rows of numbers."""
    numbers = sample.ndim == 2 and (sample.dtype.kind in "iu" or _is_whole(sample))  # noqa: PLR2004
    if not numbers and sample.ndim != 3:  # noqa: PLR2004 - samples, steps and features
        return {}
    steps = sample.shape[1]
    if steps < _FEWEST_STEPS:
        return {}
    filled = sample != 0 if sample.ndim == 2 else (sample != 0).any(axis=-1)  # noqa: PLR2004
    empty = ~filled.any(axis=1)
    before = np.where(empty, 0, filled.argmax(axis=1))
    after = np.where(empty, steps, filled[:, ::-1].argmax(axis=1))
    measured: dict[str, Any] = {
        "padding": (float(before.mean() / steps), float(after.mean() / steps))
    }
    inside = steps - before - after
    if numbers and inside.any():
        measured["gaps"] = float(1 - filled.sum() / inside.sum())
    return measured


def _is_whole(sample: Array) -> bool:
    first = sample[: max(1, 20_000 // max(sample.shape[1], 1))]
    return bool(np.all(first == np.rint(first)))


def _measured(sample: Array) -> dict[str, Any]:
    """Measure finite numbers."""
    found = moments_of(sample)
    measured = {
        "mean": found.mean,
        "std": found.std,
        "whole": found.whole,
        "row_sums": found.row_sums,
    }
    if sample.ndim == 2:  # noqa: PLR2004 - rows and columns
        columns = sample.shape[1]
        measured["columns"] = columns
        measured["constant_columns"] = int((found.lows == found.highs).sum())
        if columns <= MOST_COLUMNS:
            measured["column_means"] = tuple(found.means.tolist())
            measured["column_stds"] = tuple(np.sqrt(found.variances).tolist())
    return measured


def _measured_in_part(sample: Array) -> dict[str, Any]:
    """Measure numbers among which some are not finite, which are left out where that can be."""
    numbers = sample.astype("float64")
    finite = numbers[np.isfinite(numbers)]
    return {
        "mean": float(finite.mean()) if finite.size else float("nan"),
        "std": float(finite.std()) if finite.size else float("nan"),
        "whole": float((finite == np.rint(finite)).mean()) if finite.size else 0.0,
        "row_sums": _row_sums(numbers),
        **_columns(numbers),
    }


def digest(array: Array) -> str:
    """Short digest of dtype, shape and at most 256 evenly spaced rows."""
    mark = hashlib.blake2b(f"{array.dtype}{array.shape}".encode(), digest_size=8)
    if array.dtype.kind in "biuf":
        mark.update(np.ascontiguousarray(array[even_rows(len(array), 256)]).tobytes())
    return mark.hexdigest()


def even_rows(rows: int, most: int) -> NDArray[np.intp]:
    """Return indices of at most ``most`` rows, evenly spaced, the first and the last included."""
    if rows <= most:
        return np.arange(rows)
    return np.linspace(0, rows - 1, most).round().astype(np.intp)


def _sample_rows(array: Array, *, labels: bool) -> Any:
    if labels and array.size <= _LABEL_NUMBERS:
        return slice(None)
    width = max(array[:1].size, 1)
    most = min(_SAMPLE_ROWS, max(256, _SAMPLE_NUMBERS // width))
    return slice(None) if len(array) <= most else even_rows(len(array), most)


def _range(array: Array) -> tuple[float, float, int, int]:
    """Find the least and the greatest finite number, and count NaN and infinite ones."""
    least, greatest = float(array.min()), float(array.max())
    # Either end shows that some numbers are not finite: NaN goes through, infinities are the ends.
    if math.isfinite(least) and math.isfinite(greatest):
        return least, greatest, 0, 0
    nans, infinities = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    kept = array[np.isfinite(array)]
    if not kept.size:
        return float("nan"), float("nan"), nans, infinities
    return float(kept.min()), float(kept.max()), nans, infinities


def _values(sample: Array) -> tuple[tuple[float, int], ...] | None:
    flat = sample.reshape(-1)
    if flat.dtype in (np.uint8, np.bool_):
        tally = np.bincount(flat, minlength=1)
        return tuple((float(value), int(tally[value])) for value in np.flatnonzero(tally))
    first = flat[:: max(1, flat.size // 20_000)]
    # Sorting millions of numbers is dear: look at some first.
    if len(np.unique(first[np.isfinite(first)])) > MOST_VALUES:
        return None
    if flat.dtype.kind == "f":
        flat = flat[np.isfinite(flat)]
    found, counts = np.unique(flat, return_counts=True)
    if len(found) > MOST_VALUES:
        return None
    return tuple((float(value), int(count)) for value, count in zip(found, counts, strict=True))


def _row_sums(numbers: Array) -> tuple[float, float] | None:
    if numbers.ndim == 1:
        return None
    sums = numbers.sum(axis=-1)
    return float(sums.min()), float(sums.max())


def _columns(numbers: Array) -> dict[str, Any]:
    if numbers[0].ndim != 1:
        return {}
    columns = numbers.shape[1]
    measured: dict[str, Any] = {
        "columns": columns,
        "constant_columns": int((numbers.min(axis=0) == numbers.max(axis=0)).sum()),
    }
    if columns <= MOST_COLUMNS:
        means = numbers.mean(axis=0)
        apart = numbers - means
        # Half a pass over memory of what std() takes.
        squares = np.einsum("ij,ij->j", apart, apart) / len(numbers)
        measured["column_means"] = tuple(means.tolist())
        measured["column_stds"] = tuple(np.sqrt(squares).tolist())
    return measured


def _shares(labels: Array, values: tuple[tuple[float, int], ...] | None) -> dict[int, float] | None:
    """Rows per class: of the 1 in one-hot rows, of the value itself in whole numbers."""
    if values is None or not values:
        return None
    if labels.ndim > 1 and labels.shape[-1] > 1:
        if not {value for value, _ in values} <= {0.0, 1.0}:
            return None
        if not np.all(labels.sum(axis=-1) == 1):
            return None
        counts = np.bincount(labels.argmax(axis=-1).reshape(-1), minlength=labels.shape[-1])
        return {place: float(count / counts.sum()) for place, count in enumerate(counts) if count}
    if any(value != round(value) for value, _ in values):
        return None
    total = sum(count for _, count in values)
    return {int(value): count / total for value, count in values}
