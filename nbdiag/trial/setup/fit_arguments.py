"""The arguments of ``fit`` again, with the changes made: labels, targets, order, callbacks.

Arrays are never written to: what changes is a copy, what does not is the user's array.
"""

import copy
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from nbdiag.edits.live.edits import CannotRebuild, LiveEdits, NewObject

Arguments = dict[str, Any]


def fit_arguments(given: Mapping[str, Any], edits: LiveEdits) -> Arguments:
    """Return what ``fit`` of a rebuilt model should be called with.

    Parameters
    ----------
    given
        The arguments of the user's call.
    edits
        What should differ; what does not concern ``fit`` is passed over.

    Returns
    -------
    dict
        New arguments; callbacks are copies without a model.

    Raises
    ------
    CannotRebuild
        When a change does not fit the data, such as labels that come from a generator.
    """
    arguments = dict(given)
    if arguments.get("callbacks") is not None:
        arguments["callbacks"] = [fresh_callback(item) for item in _callbacks(arguments)]
    for output, write in edits.labels:
        arguments = _on_labels(arguments, write, output)
    for seed in edits.orders:
        arguments = _shuffled(arguments, seed)
    arguments |= edits.fit
    for callback in edits.callbacks:
        arguments["callbacks"] = _with_callback(arguments, callback)
    return arguments


def fresh_callback(callback: Any) -> Any:
    """Copy a callback, with its own lists and dictionaries and without a model."""
    if not isinstance(callback, keras.callbacks.Callback):
        return callback
    fresh = copy.copy(callback)
    for name, value in vars(fresh).items():
        if isinstance(value, list | dict | set):
            setattr(fresh, name, copy.copy(value))
    fresh._model = None  # noqa: SLF001 - Keras sets it with `set_model` and never takes it back
    return fresh


def _callbacks(arguments: Mapping[str, Any]) -> list[Any]:
    given = arguments.get("callbacks")
    if isinstance(given, keras.callbacks.CallbackList):
        return list(given.callbacks)
    return list(given) if isinstance(given, list | tuple) else [given] if given else []


def _with_callback(arguments: Mapping[str, Any], new: NewObject) -> list[Any]:
    maker = getattr(keras.callbacks, new.name, None)
    if not inspect.isclass(maker):
        raise CannotRebuild("Keras has no callback called {name}", name=new.name)
    present = _callbacks(arguments)
    for item in present:
        if type(item) is maker:
            return _adjusted(present, item, new)
    try:
        return [*present, maker(**new.arguments)]
    except (TypeError, ValueError) as problem:
        raise CannotRebuild(
            "{name} refuses its arguments: {problem}", name=new.name, problem=problem
        ) from problem


def _adjusted(present: list[Any], item: Any, new: NewObject) -> list[Any]:
    """Set the arguments on an existing callback of that class; the list belongs to a copy."""
    for name, value in new.arguments.items():
        if not hasattr(item, name):
            raise CannotRebuild(
                "the {name} that fit has keeps no {setting!r}", name=new.name, setting=name
            )
        setattr(item, name, value)
    return present


def _on_labels(arguments: Arguments, write: Callable[[Any], Any], output: str) -> Arguments:
    changed = dict(arguments)
    changed["y"] = _written(arguments.get("x"), arguments.get("y"), write, output)
    validation = arguments.get("validation_data")
    if validation is not None:
        if not isinstance(validation, list | tuple):
            raise CannotRebuild("the validation labels are inside a data set")
        x, y, *weights = validation
        changed["validation_data"] = (x, _written(x, y, write, output), *weights)
    return changed


def _written(x: Any, labels: Any, write: Callable[[Any], Any], output: str) -> Any:
    if labels is None:
        kind = type(x).__name__
        raise CannotRebuild(
            "the labels are inside a data set ({kind}), not in a separate array", kind=kind
        )
    if isinstance(labels, Mapping):
        if output not in labels:
            raise CannotRebuild("there are no labels of an output {output!r}", output=output)
        return {**labels, output: write(as_array(labels[output]))}
    if output or isinstance(labels, tuple):
        raise CannotRebuild("which labels belong to which output is not clear")
    return write(as_array(labels))


def as_array(values: Any) -> np.ndarray[Any, Any]:
    """Return an array, a tensor, a frame or a list of rows as a NumPy array."""
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "to_numpy"):
        return np.asarray(values.to_numpy())
    if keras.ops.is_tensor(values):
        return np.asarray(keras.ops.convert_to_numpy(values))
    return np.asarray(values)


def _shuffled(arguments: Arguments, seed: int) -> Arguments:
    rows = row_count(arguments.get("x"))
    if rows is None or arguments.get("y") is None:
        raise CannotRebuild("the samples come from a data set that makes its own batches")
    order = np.random.default_rng(seed).permutation(rows)
    return {
        name: take(value, order)
        if name in ("x", "y", "sample_weight") and value is not None
        else value
        for name, value in arguments.items()
    }


def row_count(values: Any) -> int | None:
    """Count the rows of arrays in any arrangement that ``fit`` takes; None for a data set."""
    if isinstance(values, Mapping):
        counts = {row_count(item) for item in values.values()}
    elif isinstance(values, list | tuple) and values and all(_is_rows(item) for item in values):
        counts = {row_count(item) for item in values}
    elif isinstance(values, list) and values:
        return len(values)
    elif _is_rows(values):
        return int(values.shape[0])
    else:
        return None
    return counts.pop() if len(counts) == 1 else None


def take(values: Any, order: np.ndarray[Any, Any]) -> Any:
    """Take rows, in that order, from arrays in any arrangement that ``fit`` takes."""
    if isinstance(values, Mapping):
        return {name: take(item, order) for name, item in values.items()}
    if isinstance(values, list | tuple) and all(_is_rows(item) for item in values):
        return type(values)([take(item, order) for item in values])
    return as_array(values)[order]


def _is_rows(values: Any) -> bool:
    """Whether a value has rows: an array, a tensor or a frame, and no data set."""
    shape = getattr(values, "shape", None)
    return shape is not None and len(shape) > 0 and shape[0] is not None
