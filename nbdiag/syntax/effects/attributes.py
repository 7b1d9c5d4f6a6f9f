"""What is found under a name of an object, without running code of the user's."""

import inspect
import types
from typing import Any

from nbdiag.syntax.effects.libraries import is_builtin, is_computing
from nbdiag.syntax.effects.value_sets import MADE, UNKNOWN, Value, known

_REGISTERS = ("_modules", "_parameters", "_buffers")
_ABSENT = object()
# Properties of Keras' own that give what was there before; others compute what they give.
_GIVING = ("layers", "activation", "recurrent_activation", "cell", "cells")


def attribute(owner: Any, name: str) -> Value:
    """Find what an object has for a name.

    Parameters
    ----------
    owner, name
        The object and the name. Properties of the user's are not evaluated: their function is
        what is found, as `Getter`.

    Returns
    -------
    Value
        MADE for what a library computes, UNKNOWN for what there is no telling.
    """
    if isinstance(owner, types.ModuleType):
        return _of_module(owner, name)
    if isinstance(owner, super):
        return _of_super(owner, name)
    try:
        found = inspect.getattr_static(owner, name, _ABSENT)
    except Exception:  # noqa: BLE001 - an object may refuse even that
        return UNKNOWN
    if found is _ABSENT:
        found = _of_module_of_torch(owner, name)
    if found is _ABSENT:
        return _of_absent(owner)
    return _bound(found, owner)


class Getter:
    """A property of the user's, bound to its owner."""

    def __init__(self, function: types.FunctionType, owner: Any) -> None:
        self.function = function
        self.owner = owner


def content_of(cell: types.CellType) -> Any:
    """Return what a name of an outer function is, None when nothing yet."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _of_module_of_torch(owner: Any, name: str) -> Any:
    """Find an attribute where PyTorch keeps those of a module; Keras' layers are modules there."""
    try:
        held = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return _ABSENT
    registers = (held.get(register) for register in _REGISTERS)
    found = (
        register[name] for register in registers if type(register) is dict and name in register
    )
    return next(found, _ABSENT)


def _of_module(module: types.ModuleType, name: str) -> Value:
    try:
        return known(getattr(module, name))
    except AttributeError:
        return MADE  # the call ends there
    except Exception:  # noqa: BLE001 - modules that load others on demand may fail in any way
        return UNKNOWN


def _of_super(owner: super, name: str) -> Value:
    inner: Any = owner  # typeshed knows none of these
    kinds = inner.__self_class__.__mro__
    for kind in kinds[kinds.index(inner.__thisclass__) + 1 :]:
        if name in vars(kind):
            return _bound(vars(kind)[name], inner.__self__)
    return UNKNOWN


def _of_absent(owner: Any) -> Value:
    # A layer makes its parts when it is built; they are asked about when they are there.
    if inspect.getattr_static(owner, "built", True) is False:
        return MADE
    # What is written in C is found by the object itself.
    if is_computing(owner) and not hasattr(type(owner), "__getattr__"):
        return MADE
    return UNKNOWN


def _bound(found: Any, owner: Any) -> Value:
    function = found
    if isinstance(found, staticmethod):
        return known(found.__func__)
    if isinstance(found, classmethod):
        kind = owner if isinstance(owner, type) else type(owner)
        return known(types.MethodType(found.__func__, kind))
    if isinstance(found, property) or type(found).__name__ == "cached_property":
        return _of_property(found, owner)
    if isinstance(owner, type):
        return known(function)
    if isinstance(function, types.FunctionType):
        # One that an instance holds itself is not bound to it.
        own = values_of(owner)
        is_own = any(value is function for value in own.values())
        return known(function if is_own else types.MethodType(function, owner))
    if is_builtin(found):
        return known(found.__get__(owner) if hasattr(found, "__get__") else found)
    if isinstance(found, types.MemberDescriptorType | types.GetSetDescriptorType):
        try:
            return known(found.__get__(owner))
        except AttributeError:
            return UNKNOWN
    return known(found)


def values_of(owner: Any) -> dict[str, Any]:
    """Return what an object holds itself, by name."""
    try:
        held = object.__getattribute__(owner, "__dict__")
    except (AttributeError, TypeError):
        return {}
    return held if isinstance(held, dict) else {}


def sets_only_itself(owner: Any, name: str) -> bool:
    """Whether setting an attribute of an object puts a value into its dictionary, and no more."""
    if isinstance(owner, type | types.ModuleType):
        return False
    setters = [
        vars(kind)["__setattr__"] for kind in type(owner).__mro__ if "__setattr__" in vars(kind)
    ]
    is_plain = setters[0] is object.__setattr__ or _is_keras(setters[0])
    # A property, or a slot, would be called.
    present = inspect.getattr_static(type(owner), name, None)
    return is_plain and not hasattr(type(present), "__set__")


def _of_property(found: Any, owner: Any) -> Value:
    function = getattr(found, "fget", None) or getattr(found, "func", None)
    if isinstance(function, types.FunctionType) and not _is_keras(function):
        return known(Getter(function, owner))
    name = getattr(function, "__name__", "")
    if name not in _GIVING or isinstance(owner, type):
        return MADE
    try:
        return known(getattr(owner, name))
    except Exception:  # noqa: BLE001 - a property may fail in any way
        return UNKNOWN


def _is_keras(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).split(".")[0] in {"keras", "tf_keras"}
