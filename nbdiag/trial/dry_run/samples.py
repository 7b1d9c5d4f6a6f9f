"""The few samples that stand for all: extremes of inputs and labels, and each class."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nbdiag.capture.data.arrays import Array

MOST = 8
"""Samples that a training is cut to, beside the outliers and one of each class."""
_MOST_CLASSES = 16


def leaves_of(data: Any) -> list[Any] | None:
    """Return the arrays in nested data, None where something else is among them."""
    if data is None:
        return []
    if isinstance(data, Mapping):
        data = list(data.values())
    if isinstance(data, list | tuple):
        found = [leaves_of(item) for item in data]
        if any(item is None for item in found):
            return None
        return [leaf for item in found for leaf in item or ()]
    return [data] if _is_array(data) else None


def _is_array(data: Any) -> bool:
    if type(data).__module__.split(".")[0] not in ("numpy", "pandas", "tensorflow"):
        return False
    shape = getattr(data, "shape", None)
    try:
        return shape is not None and len(shape) > 0 and int(shape[0]) > 0
    except (TypeError, ValueError):  # of a tensor of unknown shape
        return False


def rows_of(leaves: Sequence[Any]) -> int | None:
    """Return the number of samples that all arrays have, None when they differ."""
    counts = {int(leaf.shape[0]) for leaf in leaves}
    return counts.pop() if len(counts) == 1 else None


def chosen(inputs: Sequence[Any], labels: Sequence[Any], first: int, end: int) -> Array:
    """Choose the samples of a range that stand for all of it, in their order.

    Parameters
    ----------
    inputs, labels
        Arrays of equal length.
    first, end
        The range.
    """
    found: list[int] = []
    for leaf in [*labels, *inputs]:
        found += _extremes(leaf, first, end)
    for leaf in labels:
        found += _classes(leaf, first, end)
    kept = dict.fromkeys([*found, *range(first, end)])
    most = max(MOST, len(set(found)))
    return np.array(sorted(list(kept)[:most]), dtype=np.int64)


def _extremes(leaf: Any, first: int, end: int) -> list[int]:
    """Find the samples with the least and the greatest value, and with none."""
    values = _numbers(leaf, first, end)
    if values is None or not values.size:
        return []
    if values.dtype == object:
        sizes = [len(item) if hasattr(item, "__len__") else -1 for item in values[:, 0]]
        return [first + int(np.argmin(sizes)), first + int(np.argmax(sizes))]
    places = [values.min(axis=1).argmin(), values.max(axis=1).argmax()]
    return [first + int(place) for place in places]


def _classes(leaf: Any, first: int, end: int) -> list[int]:
    """Find the first sample of each class, where a few whole numbers are classes."""
    values = _numbers(leaf, first, end)
    if values is None or not values.size or values.dtype == object:
        return []
    column = values.argmax(axis=1) if 1 < values.shape[1] <= _MOST_CLASSES else values[:, 0]
    names, places = np.unique(column, return_index=True)
    return [first + int(place) for place in places] if len(names) <= _MOST_CLASSES else []


def _numbers(leaf: Any, first: int, end: int) -> Array | None:
    """Return the samples of a range as rows of numbers or objects."""
    values = np.asarray(leaf[first:end])
    if values.dtype.kind not in "buifO" or values.ndim == 0:
        return None
    return values.reshape(len(values), -1) if values.size else None


def taken(data: Any, places: Array) -> Any:
    """Return nested data with the samples at some places alone, of the same types."""
    if data is None:
        return None
    if isinstance(data, Mapping):
        return {name: taken(item, places) for name, item in data.items()}
    if isinstance(data, list | tuple):
        items = [taken(item, places) for item in data]
        return items if isinstance(data, list) else tuple(items)
    module = type(data).__module__.split(".")[0]
    if module == "pandas":
        return data.iloc[places]
    if module == "tensorflow":
        from keras import ops

        return ops.take(data, places, axis=0)
    return data[places]
