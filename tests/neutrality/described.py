"""Values of a session as text that is equal when they are, bit for bit."""

import re
import tempfile
import threading
import types
from functools import singledispatch
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tests.capture.state import digest

# What differs from run to run, watched or not, and the magic's own line.
_VARYING = re.compile(
    r"(?:Wall time|CPU times).*"
    r"|\b\d+(?:\.\d+)?(?:ms|us|µs|s)(?:/(?:step|epoch))?\b"
    r"|<ipython-input-[^>]*>|ipython-input-[\w-]+"
    r"|\b0x[0-9a-f]+\b|(?<= at )[0-9a-f]{8,}\b"
    rf"|{re.escape(tempfile.gettempdir())}/\w+"
    r"|Thread-\d+|ThreadPoolExecutor-[\d_]+|AnonymousIterator\w*|, worker \d+"
    r"|(?<=_iterator_)\d+"
    r"|(?:# )?%%?traindiag[^\n]*"
)
# The bar of fit is filled up with spaces over what stood there, a time for example.
_CONTROLS = re.compile(r"\x1b\[[0-9;]*m|\x08+|\r| +$", re.MULTILINE)
_DEEP = 6


def of_every_run(text: str) -> str:
    """Leave out what differs from run to run."""
    return _VARYING.sub("…", _CONTROLS.sub("", text))


@singledispatch
def described(value: Any, depth: int = 0) -> Any:
    """Describe a value; what is no plain value, array or training by its type."""
    return f"a {type(value).__qualname__}"


@described.register(type(None) | bool | int | float | complex | str | bytes)
def _plain(value: Any, depth: int = 0) -> Any:
    return of_every_run(repr(value))


@described.register(dict)
def _dictionary(value: Any, depth: int = 0) -> Any:
    if depth > _DEEP:
        return "…"
    return [(of_every_run(repr(key)), described(item, depth + 1)) for key, item in value.items()]


@described.register(list | tuple)
def _sequence(value: Any, depth: int = 0) -> Any:
    if depth > _DEEP:
        return "…"
    return [type(value).__name__, *(described(item, depth + 1) for item in value)]


@described.register(set | frozenset)
def _set(value: Any, depth: int = 0) -> Any:
    return sorted(str(described(item, depth + 1)) for item in value)


@described.register(types.GeneratorType)
def _generator(value: Any, depth: int = 0) -> Any:
    return f"generator, {'ended' if value.gi_frame is None else 'open'}"


@described.register(threading.Thread)
def _thread(value: Any, depth: int = 0) -> Any:
    return f"thread, {'alive' if value.is_alive() else 'ended'}"


@described.register(np.random.Generator)
def _draws(value: Any, depth: int = 0) -> Any:
    return repr(value.bit_generator.state)


@described.register(BaseException)
def _error(value: Any, depth: int = 0) -> Any:
    return of_every_run(f"{type(value).__name__}: {value.args!r}")


@described.register(type | types.FunctionType | types.MethodType)
def _named(value: Any, depth: int = 0) -> Any:
    return f"{value.__module__}.{value.__qualname__}"


@described.register(np.ndarray | np.generic | tf.Tensor | tf.Variable | keras.Variable)
def _array(value: Any, depth: int = 0) -> Any:
    array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if array.dtype == object:
        return [str(array.dtype), repr(array.tolist())]
    return [str(array.dtype), list(array.shape), digest([array])]


@described.register(keras.callbacks.History)
def _curves(value: Any, depth: int = 0) -> Any:
    return {"curves": described(value.history), "epochs": value.epoch, "params": value.params}


@described.register(keras.Model)
def _model(value: Any, depth: int = 0) -> Any:
    optimizer = getattr(value, "optimizer", None)
    try:
        return {
            "name": value.name,
            "paths": [variable.path for variable in value.variables],
            "weights": digest(value.variables),
            "optimizer": None if optimizer is None else digest(optimizer.variables),
            "attributes": sorted(vars(value)),
            "compiled": value.compiled,
            "stop": value.stop_training,
        }
    except (AttributeError, RuntimeError) as problem:
        return repr(problem)
