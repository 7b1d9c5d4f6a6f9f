"""The fixed batch on which probes look at the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbdiag.capture.data.arrays import Array, as_array, even_rows
from nbdiag.schema.missing import Missing

# Activations of a wide convolution take some hundred times the memory of its input.
_MOST_NUMBERS = 4_000_000
_LEAST_ROWS = 16


@dataclass(frozen=True)
class Batch:
    """Rows as the model takes them.

    Attributes
    ----------
    x, y
        Arrays, or lists, tuples and dictionaries of arrays, as ``fit`` was given them.
    weights
        Weight of each row, None without ``sample_weight`` and ``class_weight``.
    """

    x: Any
    y: Any
    weights: Array | None
    rows: int


def take_batch(x: Any, y: Any, weights: Any, rows: int, most: int) -> Batch | Missing:
    """Take evenly spaced rows: data are often sorted by class, and the first rows then are one.

    Parameters
    ----------
    x, y, weights
        Array-likes or structures of array-likes, rows first.
    rows
        Number of training rows; what follows them is validation data.
    most
        Rows wanted; fewer are taken when the rows are wide.
    """
    width = sum(max(leaf[:1].size, 1) for leaf in _leaves(x))
    if not width:
        return Missing("the inputs are not arrays that samples could be taken from")
    most = min(most, max(_LEAST_ROWS, _MOST_NUMBERS // width))
    places = even_rows(rows, most)
    try:
        taken = as_array(weights) if weights is not None else None
        return Batch(
            x=_take(x, places),
            y=_take(y, places),
            weights=None if taken is None else taken[places].astype("float32"),
            rows=len(places),
        )
    except (IndexError, TypeError, ValueError) as problem:
        return Missing(f"no batch could be taken from the data ({problem})")


def class_weights(labels: Any, weights: Mapping[int, float]) -> Array | None:
    """Weight of each row by its class, as ``fit`` turns ``class_weight`` into sample weights."""
    array = as_array(labels)
    if array is None:
        return None
    classes = array.argmax(axis=-1) if array.ndim > 1 and array.shape[-1] > 1 else array
    flat = np.rint(np.asarray(classes).reshape(len(array), -1)[:, 0]).astype(int)
    return np.array([float(weights.get(int(item), 1.0)) for item in flat])


def _leaves(given: Any) -> list[Array]:
    if isinstance(given, Mapping):
        return [leaf for item in given.values() for leaf in _leaves(item)]
    if isinstance(given, list | tuple):
        return [leaf for item in given for leaf in _leaves(item)]
    array = as_array(given)
    return [] if array is None or not array.ndim else [array]


def _take(given: Any, places: Any) -> Any:
    if given is None:
        return None
    if isinstance(given, Mapping):
        return {key: _take(item, places) for key, item in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(_take(item, places) for item in given)
    array = as_array(given)
    if array is None:
        raise TypeError(f"a {type(given).__name__} has no rows to take")
    # A pandas Series counts as one column (keras/src/trainers/data_adapters/array_slicing.py).
    if array.ndim == 1 and type(given).__module__.split(".")[0] == "pandas":
        array = array[:, None]
    return _as_keras_takes_it(array[places])


def _as_keras_takes_it(array: Array) -> Array:
    import keras

    return array.astype(keras.config.floatx()) if array.dtype.kind == "f" else array
