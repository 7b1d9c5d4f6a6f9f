"""Frozen dataclasses to JSON and back, driven by their type hints."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from nbdiag.schema.missing import Missing

T = TypeVar("T")

_HINTS: dict[type, dict[str, Any]] = {}
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def to_json(value: Any) -> Any:
    """Turn a schema value into plain JSON data.

    Parameters
    ----------
    value
        A dataclass of the schema, or anything such a dataclass may hold.

    Returns
    -------
    Any
        Dictionaries, lists, strings, numbers, booleans and None. A float that is not finite
        becomes "nan", "inf" or "-inf", because JSON has no such numbers (and comes back as a
        float where the field's type is float); ``Missing`` becomes ``{"missing": reason}``.

    Raises
    ------
    TypeError
        When the value is not of the schema.
    """
    if isinstance(value, Missing):
        return {"missing": value.reason}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        plain = {
            field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        kind = getattr(type(value), "kind", None)
        return {"kind": kind, **plain} if isinstance(kind, str) else plain
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    raise TypeError(f"A {type(value).__name__} cannot be kept in a run: give plain Python values.")


def to_bytes(text: str) -> bytes:
    r"""Encode a text for a file, which holds UTF-8.

    A lone surrogate (half a character, in a file name that is not UTF-8) has no form there: it
    becomes ``\udce9``, which is how JSON writes it and reads it back.
    """
    return text.encode(errors="backslashreplace")


def from_json(hint: type[T], data: Any) -> T:
    """Build a schema value from what `to_json` wrote.

    Parameters
    ----------
    hint
        The type to build.
    data
        Plain JSON data.

    Raises
    ------
    ValueError
        When the data do not have the form of that type; the message names the place.
    """
    return typing.cast(T, _read(hint, data, hint.__name__))


def _read(hint: Any, data: Any, place: str) -> Any:
    if hint is Any:
        return data
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(hint), data, place)
    if origin is Literal:
        if data in get_args(hint):
            return data
    elif dataclasses.is_dataclass(hint):
        return _read_dataclass(typing.cast(type, hint), data, place)
    elif origin is tuple and isinstance(data, list):
        return _read_tuple(get_args(hint), data, place)
    elif origin is dict and isinstance(data, dict):
        key, item = get_args(hint)
        return {
            _read_key(key, name): _read(item, value, f"{place}[{name!r}]")
            for name, value in data.items()
        }
    elif hint is float and _is_number(data):
        return float(_NOT_FINITE.get(data, data) if isinstance(data, str) else data)
    elif hint in (int, str, bool, type(None)) and type(data) is hint:
        return data
    raise ValueError(f"{place} is {data!r:.60}, not {hint}; was the file written by nbdiag?")


def _is_number(data: Any) -> bool:
    return data in _NOT_FINITE if isinstance(data, str) else type(data) in (int, float)


def _read_key(hint: Any, name: str) -> Any:
    return int(name) if hint is int else name


def _read_union(options: tuple[Any, ...], data: Any, place: str) -> Any:
    if isinstance(data, dict):
        options = tuple(option for option in options if _is_for(option, data)) or options
    # A whole number fits int and float alike: the exact type goes first.
    exact = [option for option in options if option is type(data)]
    for option in [*exact, *options]:
        try:
            return _read(option, data, place)
        except ValueError:
            continue
    raise ValueError(f"{place} is {data!r:.60}, which is none of {options}.")


def _is_for(option: Any, data: dict[str, Any]) -> bool:
    if option is Missing:
        return set(data) == {"missing"}
    kind = getattr(option, "kind", None)
    return isinstance(kind, str) and kind == data.get("kind")


def _read_dataclass(hint: type, data: Any, place: str) -> Any:
    if hint is Missing and isinstance(data, dict) and set(data) == {"missing"}:
        return Missing(str(data["missing"]))
    if not isinstance(data, dict):
        raise ValueError(f"{place} is {data!r:.60}, not the fields of a {hint.__name__}.")
    if hint not in _HINTS:
        _HINTS[hint] = typing.get_type_hints(hint)
    known = {
        field.name: _read(_HINTS[hint][field.name], data[field.name], f"{place}.{field.name}")
        for field in dataclasses.fields(hint)
        if field.name in data
    }
    try:
        return hint(**known)
    except TypeError as problem:
        raise ValueError(f"{place}: {problem}") from None


def _read_tuple(arguments: tuple[Any, ...], data: list[Any], place: str) -> tuple[Any, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return tuple(
            _read(arguments[0], item, f"{place}[{index}]") for index, item in enumerate(data)
        )
    if len(arguments) != len(data):
        raise ValueError(f"{place} has {len(data)} items, not {len(arguments)}.")
    return tuple(
        _read(hint, item, f"{place}[{index}]")
        for index, (hint, item) in enumerate(zip(arguments, data, strict=True))
    )
