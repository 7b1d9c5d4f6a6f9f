"""Configurations of Keras objects as plain JSON data."""

import inspect
from collections.abc import Mapping
from typing import Any

from nbdiag.silence import silent

# A longer list is data that was put into a configuration (a vocabulary, adapted means).
_LONGEST = 64
_LONGEST_TEXT = 200


def plain_config(thing: Any) -> dict[str, Any]:
    """Return a Keras object's own configuration as plain JSON data.

    Parameters
    ----------
    thing
        A layer or an optimizer.

    Returns
    -------
    dict
        Objects inside are ``{"class_name": …, "config": …}``; what has no plain form is its text.
        Empty when the class has no working ``get_config``.
    """
    if type(thing).__name__ == "Lambda":
        # Its get_config would pack the function's bytecode.
        return {"name": thing.name, "function": plain(thing.function)}
    try:
        with silent():
            config = thing.get_config()
    except Exception:  # noqa: BLE001 - a custom get_config may raise anything
        return {}
    return {str(key): plain(value) for key, value in config.items() if key != "build_config"}


def plain(value: Any) -> Any:
    """Turn any value into plain JSON data."""
    if value is None or isinstance(value, bool | int | str):
        return value[:_LONGEST_TEXT] if isinstance(value, str) else value
    if isinstance(value, float):
        return value
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple):
        if len(value) > _LONGEST:
            return f"{len(value)} values"
        return [plain(item) for item in value]
    number = getattr(value, "item", None)
    if callable(number) and getattr(value, "size", 0) == 1:
        return plain(number())
    if inspect.isroutine(value) or inspect.isclass(value):
        return value.__name__
    return f"{type(value).__name__}"


def _mapping(value: Mapping[Any, Any]) -> Any:
    if "class_name" in value:
        name, config = value["class_name"], value.get("config")
        if name == "DTypePolicy" and isinstance(config, Mapping):
            return config.get("name")
        if isinstance(config, Mapping):
            return {"class_name": name, "config": {str(k): plain(v) for k, v in config.items()}}
        # A serialised function; a lambda's is its bytecode.
        return config if name == "function" and isinstance(config, str) else str(name)
    return {str(key): plain(item) for key, item in value.items()}


def is_builtin(kind: Any) -> bool:
    """Whether a class or function is Keras' own."""
    module = getattr(kind, "__module__", None) or ""
    return module.split(".")[0] in {"keras", "tf_keras"}
