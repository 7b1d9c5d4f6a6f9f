"""Copies of single layers: same settings, own weights."""

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from nbdiag.edits.live.edits import CannotRebuild
from nbdiag.keras_api.layers import LAYERS
from nbdiag.language import say
from nbdiag.silence import silent

_LOOKUPS = frozenset(name for name, row in LAYERS.items() if "vocabulary" in row.parameters)


def copy_layer(layer: Any, changed: Mapping[str, Any] | None = None) -> Any:
    """Make a layer with the same settings and fresh weights.

    Parameters
    ----------
    layer
        A layer or an operation of a functional model; it is only read.
    changed
        Arguments that are to differ.

    Returns
    -------
    Any
        A new layer of the same class and name.

    Raises
    ------
    CannotRebuild
        When the class does not say how it is made, or refuses the changed arguments.
    """
    changed = dict(changed or {})
    try:
        if isinstance(layer, keras.layers.Lambda):
            return _copy_lambda(layer, changed)
        return type(layer).from_config(settings_of(layer, changed))
    except Exception as problem:
        changed_names = say(" with {names} changed", names=", ".join(changed)) if changed else ""
        raise CannotRebuild(
            "the layer {name!r} ({kind}) cannot be copied{changed_names}: {problem}",
            name=layer.name,
            kind=type(layer).__name__,
            changed_names=changed_names,
            problem=problem,
        ) from problem


def carry_state(old: Any, new: Any) -> None:
    """Copy what no training makes: the weights of a frozen layer, the statistics of an adapted one.

    A layer that is trained keeps the fresh weights of its copy, and so does a BatchNormalization
    without trainable weights: its statistics come from training.
    """
    if type(old) is not type(new) or learns(old):
        return
    pairs = list(zip(_kept(old), _kept(new), strict=False))
    if len(_kept(old)) != len(_kept(new)) or any(a.shape != b.shape for a, b in pairs):
        return
    for source, target in pairs:
        target.assign(source)
    if hasattr(new, "finalize_state"):
        new.finalize_state()


def learns(layer: Any) -> bool:
    """Whether a training makes the weights of a layer."""
    statistics = isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
    return bool(layer.trainable_weights) or statistics


def kept_weights(layer: Any) -> list[Any]:
    """Return the weights that no training makes, none of a layer that learns."""
    return [] if learns(layer) else _kept(layer)


def _kept(layer: Any) -> list[Any]:
    return [item for item in layer.weights if "seed_generator" not in item.path]


def settings_of(layer: Any, changed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what a layer can be made from: its configuration, with the objects of the user's."""
    with silent():
        # Keras warns that a lambda in a configuration is not portable; it stays in this process.
        settings = dict(layer.get_config())
    settings |= _user_objects(layer, settings)
    if type(layer).__name__ in _LOOKUPS:
        settings["vocabulary"] = layer.get_vocabulary(include_special_tokens=False)
    inner = settings.get("layer")
    for name, value in (changed or {}).items():
        if name not in settings and isinstance(inner, dict) and name in inner.get("config", {}):
            # A wrapper (Bidirectional, TimeDistributed): the argument is that of the layer inside.
            settings["layer"] = inner = {**inner, "config": {**inner["config"], name: value}}
        else:
            settings[name] = value
    return settings


def _user_objects(layer: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Find functions and objects of the user, which a configuration cannot contain."""
    found = {}
    for name in settings:
        value = getattr(layer, name, None)
        if value is None or isinstance(value, str | int | float | bool | tuple | list | dict):
            continue
        maker = value if inspect.isroutine(value) else type(value)
        home = getattr(maker, "__module__", "") or ""
        own = home.split(".")[0] not in ("keras", "builtins", "numpy")
        if own and callable(value) and not isinstance(value, keras.Layer):
            found[name] = value
    return found


def _copy_lambda(layer: Any, changed: dict[str, Any]) -> Any:
    return type(layer)(**lambda_settings(layer) | changed)


def lambda_settings(layer: Any) -> dict[str, Any]:
    """Return the arguments that a Lambda can be made with."""
    # A configuration keeps a lambda's bytecode and loses its globals: the function itself is
    # handed over instead. `_output_shape` is what the user gave; there is no public name for it.
    return {
        "function": layer.function,
        "output_shape": getattr(layer, "_output_shape", None),
        "mask": getattr(layer, "mask", None),
        "arguments": dict(layer.arguments),
        "name": layer.name,
        "trainable": layer.trainable,
        "dtype": layer.dtype_policy,
    }
