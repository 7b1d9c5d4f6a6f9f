"""Copies of layers and models whose class is the user's: the class again, and what it stores.

A configuration says how Keras' own layers are made. A class of the user's may have none; what is
known of its object is what its code has stored. That is copied one by one, layers as layers, and
what ``build`` makes is left to be made again.
"""

import dis
import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import CodeType, ModuleType
from typing import Any

import keras
import numpy as np

from nbdiag.edits.live.edits import CannotRebuild

Copy = Callable[[Any], Any]

# Bookkeeping that TensorFlow sets by name.
_BOOKKEEPING = ("_self_", "_obj_reference", "_tf_", "_keras_api")
# In older versions of Keras what layers make is of a base class of `keras.Variable`.
_VARIABLES = tuple(kind for kind in keras.Variable.__mro__ if kind.__module__.startswith("keras."))
# What these store is made again when they run.
_MADE_AGAIN = ("build", "call", "train_step", "test_step", "predict_step")


def copy_by_attributes(old: Any, copy_layer: Copy, new: Any = None) -> Any:
    """Make an object of the same class, with copies of what the user's code has stored in it.

    Parameters
    ----------
    old
        A layer or a model; it is only read.
    copy_layer
        Copies the layers in it, each once.
    new
        An object of the class that is begun already; by default a bare one.

    Returns
    -------
    Any
        The copy, not built.

    Raises
    ------
    CannotRebuild
        When something in it cannot be copied, which is named.
    """
    if new is None:
        new = begun(type(old), old.name, old.trainable, old.dtype_policy)
    for name in stored_names(old):
        value = getattr(old, name)
        try:
            setattr(new, name, _copied(value, copy_layer))
        except CannotRebuild:
            raise
        except Exception as problem:
            raise CannotRebuild(
                "{attribute} of {owner!r} ({kind}) cannot be copied: {problem}",
                attribute=name,
                owner=old.name,
                kind=type(value).__name__,
                problem=problem,
            ) from problem
    return new


def begun(kind: Any, name: str, trainable: bool, policy: Any) -> Any:
    """Begin a layer or model of a class of the user's, none of whose code has run."""
    new = kind.__new__(kind)
    base = keras.Model if isinstance(new, keras.Model) else keras.Layer
    base.__init__(new, name=name, trainable=trainable, dtype=policy)
    return new


def bare(old: Any) -> Any:
    """Return an object of the same class on which no code has run."""
    kind: Any = type(old)
    return kind.__new__(kind)


def keras_class(model: Any) -> Any:
    """Return the class of Keras' that the class of a model begins with."""
    return next(kind for kind in type(model).__mro__ if not _is_users(kind))


def is_custom(thing: Any) -> bool:
    """Whether the class of a layer or model is not one of Keras' own."""
    return _is_users(type(thing))


def _is_users(kind: type) -> bool:
    return kind.__module__.split(".")[0] not in ("keras", "tensorflow", "builtins")


def stored_names(old: Any) -> list[str]:
    """Find the attributes that are neither Keras' bookkeeping nor made by ``build``."""
    bases = _bases(old)
    methods = [
        (name, function.__code__)
        for kind in type(old).__mro__
        if kind not in bases
        for name, function in vars(kind).items()
        if inspect.isfunction(function)
    ]
    stored = _union(_stored_in(code) for name, code in methods if name not in _MADE_AGAIN)
    later = _union(_stored_in(code) for name, code in methods if name in _MADE_AGAIN) - stored
    known = _union(map(_stored_by, bases)) - stored
    return [
        name
        for name, value in vars(old).items()
        if name not in known
        and name not in later
        and not name.startswith(_BOOKKEEPING)
        and not isinstance(value, keras.callbacks.Callback)  # such as the history of a fit
    ]


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)


def _bases(old: Any) -> tuple[type, ...]:
    """Find the classes whose attributes Keras sets: not those of single layers, such as Dense."""
    if isinstance(old, keras.Model):
        # Of a class over Functional too: Keras puts it among the bases.
        return tuple(kind for kind in type(old).__mro__ if not _is_users(kind))
    return tuple(inspect.getmro(keras.Layer))


@cache
def _stored_by(kind: type) -> frozenset[str]:
    """Find the attributes that the methods of a class store."""
    found: set[str] = set()
    for item in vars(kind).values():
        inner = getattr(item, "fget", None) or getattr(item, "__func__", item)
        function = inspect.unwrap(inner) if callable(inner) else None
        if inspect.isfunction(function):
            found |= _stored_in(function.__code__)
    return frozenset(found)


@cache
def _stored_in(code: CodeType) -> frozenset[str]:
    stored = {item.argval for item in _instructions(code) if item.opname == "STORE_ATTR"}
    return frozenset(stored)


def _instructions(code: CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _instructions(constant)


def _copied(value: Any, copy_layer: Copy) -> Any:
    if isinstance(value, keras.Layer):
        return copy_layer(value)
    if isinstance(value, _VARIABLES):
        raise CannotRebuild("the weight {name!r} is made outside of build", name=value.name)
    if isinstance(value, keras.random.SeedGenerator):
        return keras.random.SeedGenerator(value._initial_seed)  # noqa: SLF001 - as it was made
    if isinstance(value, keras.metrics.Metric):
        return type(value).from_config(value.get_config())
    if isinstance(value, dict):
        return {name: _copied(item, copy_layer) for name, item in value.items()}
    if isinstance(value, list | tuple | set):
        return _copied_each(value, copy_layer)
    return value if _is_constant(value) else _by_value(value)


def _copied_each(values: Any, copy_layer: Copy) -> Any:
    items: Iterable[Any] = (_copied(item, copy_layer) for item in values)
    if isinstance(values, tuple) and hasattr(values, "_fields"):
        return type(values)(*items)
    plain = next(kind for kind in (list, tuple, set) if isinstance(values, kind))
    return plain(items)


def _is_constant(value: Any) -> bool:
    """Whether a value can be shared, because a training does not change it."""
    if value is None or isinstance(value, str | bytes | int | float | complex | np.ndarray):
        return True
    if isinstance(value, type | ModuleType) or inspect.isroutine(value):
        return not _is_bound_to_layer(value)
    return isinstance(value, keras.losses.Loss) or keras.ops.is_tensor(value)


def _is_bound_to_layer(value: Any) -> bool:
    return isinstance(getattr(value, "__self__", None), keras.Layer)


def _by_value(value: Any) -> Any:
    """Copy an object by its content, functions of the notebook included."""
    import cloudpickle

    return cloudpickle.loads(cloudpickle.dumps(value))
