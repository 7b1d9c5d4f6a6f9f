"""The arguments of a call by their names, as plain values."""

from collections.abc import Mapping, Sequence
from typing import Any

from nbdiag.keras_api.activations import KNOWN, OF_LAYERS
from nbdiag.keras_api.initializers import CLASSES as INITIALIZERS
from nbdiag.keras_api.initializers import PARAMETERS as OF_INITIALIZERS
from nbdiag.keras_api.layers import layer_class
from nbdiag.schema.cell import Shape
from nbdiag.static.keras_objects import KerasLayer, Setting
from nbdiag.syntax.program.domain import Given, Imported, Unknown, Value, plain_of


def named_arguments(given: Given, parameters: Sequence[str]) -> dict[str, Value]:
    """Return the arguments of a call by the names of its parameters."""
    found: dict[str, Value] = dict(zip(parameters, given.places, strict=False))
    return found | dict(given.named)


def known_number(value: Value, default: float | None = None) -> float | None:
    """Return a number that is written out, the default for anything else."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return value if plain else default  # type: ignore[return-value]


def sizes_of(value: Value) -> Shape | None:
    """Return a shape that is written out; an unknown size of it is None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,)
    items: Any = getattr(value, "items", value)
    spoiled: str = getattr(value, "spoiled", "")
    if spoiled or not isinstance(items, list | tuple):
        return None
    return tuple(item if type(item) is int else None for item in items)


def activation_of(value: Value, default: str) -> str | Unknown:
    """Name an activation as a run records it; `Unknown` where the text does not show it."""
    if isinstance(value, Unknown):
        return value
    if value is None:
        return default
    if isinstance(value, str):
        return value if value in KNOWN else "custom"
    if isinstance(value, Imported):
        name = value.path.rpartition(".")[2]
        return name if name in KNOWN else OF_LAYERS.get(name, "custom")
    if isinstance(value, KerasLayer) and value.builtin:
        return OF_LAYERS.get(value.class_name, "custom")
    if isinstance(value, Setting):
        return Unknown("the activation is chosen by a call")
    return "custom"


def plain_settings(given: Given, parameters: Sequence[str]) -> dict[str, Any]:
    """Return the arguments that the text shows, as a configuration of Keras holds them."""
    named = named_arguments(given, parameters)
    found = {name: plain_setting(value) for name, value in named.items()}
    return {name: value for name, value in found.items() if not isinstance(value, Unknown)}


def plain_setting(value: Value) -> Any:
    """Return a setting as plain JSON data, `Unknown` where it has no such form."""
    if isinstance(value, Setting):
        names = OF_INITIALIZERS.get(value.class_name, ())
        return {"class_name": value.class_name, "config": plain_settings(value.given, names)}
    layer = value if isinstance(value, KerasLayer) else None
    if layer is not None and layer.given is not None and layer.builtin:
        row = layer_class(layer.class_name)
        config = plain_settings(layer.given, row.positional if row else ())
        return {"class_name": layer.class_name, "config": config}
    plain = plain_of(value)
    return list(plain) if isinstance(plain, tuple | range) else plain


def initializer_setting(value: Any) -> Any:
    """Return an initializer as a configuration of Keras holds it."""
    if isinstance(value, str):
        return {"class_name": INITIALIZERS.get(value, value), "config": {}}
    return value


def all_known(values: Mapping[str, Value]) -> bool:
    """Whether the text shows all of some arguments."""
    return not any(isinstance(plain_setting(value), Unknown) for value in values.values())
