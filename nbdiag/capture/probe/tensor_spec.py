"""Shapes and types of a batch, for tracing before a batch has been seen."""

from collections.abc import Mapping
from typing import Any

from nbdiag.schema.missing import Missing


def spec_of_rows(given: Any, rows: int | None = None) -> Any:
    """Describe arrays; the number of rows is free unless the model fixes it.

    None on other backends than TensorFlow, where nothing is traced before a batch is there.
    """
    if not _traces():
        return None
    import tensorflow as tf

    def describe(array: Any) -> Any:
        if array is None:
            return None
        tensor = tf.convert_to_tensor(array[:1])
        return tf.TensorSpec((rows, *tensor.shape[1:]), tensor.dtype)

    return _mapped(describe, given)


def spec_of_stream(spec: Any) -> tuple[Any, Any, Any] | Missing:
    """Describe inputs, labels and weights of a tf.data pipeline."""
    if not _traces():
        return None, None, None
    import tensorflow as tf

    def free(leaf: Any) -> Any:
        shape = leaf.shape.as_list() if leaf.shape.rank is not None else None
        return tf.TensorSpec(None if shape is None else (None, *shape[1:]), leaf.dtype)

    if isinstance(spec, tuple):
        x, y, weights = (*spec, None, None)[:3]
    else:
        x, y, weights = spec, None, None
    leaves = [leaf for leaf in tf.nest.flatten((x, y, weights)) if leaf is not None]
    if any(leaf.shape.rank in (None, 0) for leaf in leaves):
        return Missing("the pipeline does not say the shape of its batches")
    return tuple(
        _mapped(lambda leaf: None if leaf is None else free(leaf), part) for part in (x, y, weights)
    )


def as_tensors(given: Any) -> Any:
    """Turn the arrays of a structure into tensors."""
    if not _traces():
        return _turned(given)
    import tensorflow as tf

    return _mapped(lambda item: None if item is None else tf.convert_to_tensor(item), given)


def _turned(given: Any) -> Any:
    import keras

    if isinstance(given, Mapping):
        return {key: _turned(item) for key, item in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(_turned(item) for item in given)
    return None if given is None else keras.ops.convert_to_tensor(given)


def _traces() -> bool:
    import keras

    return bool(keras.backend.backend() == "tensorflow")


def _mapped(function: Any, given: Any) -> Any:
    import tensorflow as tf

    return tf.nest.map_structure(function, given)
