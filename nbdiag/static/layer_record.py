"""One layer as a run records it."""

import math
from collections.abc import Sequence
from typing import Any

from nbdiag.facts.crash.layer_chain import Step
from nbdiag.facts.crash.shape_walk import after
from nbdiag.keras_api.activations import OF_LAYERS
from nbdiag.keras_api.class_words import snake_case
from nbdiag.keras_api.layers import layer_class, with_role, with_trait
from nbdiag.schema.cell import Shape
from nbdiag.static.call_settings import (
    activation_of,
    initializer_setting,
    named_arguments,
    plain_settings,
    sizes_of,
)
from nbdiag.static.keras_objects import KerasLayer
from nbdiag.syntax.program.domain import Unknown, Value

WEIGHTED = with_role("attention", "convolution", "dense", "embedding", "normalization", "recurrent")
_WRAPPERS = ("TimeDistributed", "Bidirectional")
_MERGES = with_role("merge")
_RECURRENT = with_role("recurrent")


def arguments_of(layer: KerasLayer) -> dict[str, Value]:
    """Return the arguments of a layer by their names."""
    row = layer_class(layer.class_name)
    if layer.given is None or row is None:
        return {}
    return named_arguments(layer.given, row.positional)


def inner_layer(layer: KerasLayer) -> KerasLayer | None:
    """Return what a wrapper wraps, None for any other layer."""
    inner = arguments_of(layer).get("layer") if layer.class_name in _WRAPPERS else None
    return inner if isinstance(inner, KerasLayer) else None


def is_known(layer: KerasLayer) -> bool:
    """Whether a layer is Keras' own and the text shows all its arguments."""
    if not layer.builtin or layer.spoiled or (layer.given is not None and not layer.given.complete):
        return False
    return layer.class_name not in _WRAPPERS or inner_layer(layer) is not None


def layer_activation(layer: KerasLayer) -> str | Unknown | None:
    """Name the activation that a layer's arguments show."""
    if inner := inner_layer(layer):
        return layer_activation(inner)
    row = layer_class(layer.class_name)
    if not layer.builtin or row is None:
        return None
    if layer.class_name != "Activation" and row.role == "activation":
        return OF_LAYERS.get(layer.class_name) or snake_case(layer.class_name)
    if "activation" not in row.parameters:
        return None
    default = "tanh" if layer.class_name in _RECURRENT else "linear"
    arguments = arguments_of(layer)
    if "activation" not in arguments:
        known = layer.given is not None and layer.given.complete
        return default if known else Unknown("the arguments of the layer are not all known")
    value = arguments["activation"]
    return "linear" if value is None else activation_of(value, default)


def units_of(layer: KerasLayer) -> int | None:
    """Return ``units`` or ``filters`` of a layer, None where it has none or they are not known."""
    if inner := inner_layer(layer):
        return units_of(inner)
    arguments = arguments_of(layer)
    found = arguments.get("units", arguments.get("filters"))
    return found if type(found) is int and layer.builtin else None


def config_of(layer: KerasLayer) -> dict[str, Any]:
    """Return the configuration of a layer as far as the text shows it, Keras' defaults included."""
    row = layer_class(layer.class_name)
    if layer.given is None or row is None or not layer.builtin:
        return {}
    config = plain_settings(layer.given, row.positional)
    given = arguments_of(layer)
    for name in row.parameters:
        if name.endswith("_initializer"):
            if name in config:
                config[name] = initializer_setting(config[name])
            elif name not in given and layer.given.complete and name in _DEFAULTS:
                config[name] = {"class_name": _DEFAULTS[name], "config": {}}
    for name in _WINDOWS & config.keys():
        axes = row.axes - 2 if row.axes else 0
        if type(config[name]) is int:
            config[name] = [config[name]] * axes
    activation = layer_activation(layer)
    if isinstance(activation, str) and "activation" in row.parameters:
        config["activation"] = activation
    return config


_WINDOWS = {"kernel_size", "strides", "pool_size", "dilation_rate"}


_DEFAULTS = {
    "kernel_initializer": "GlorotUniform",
    "depthwise_initializer": "GlorotUniform",
    "pointwise_initializer": "GlorotUniform",
    "recurrent_initializer": "Orthogonal",
    "bias_initializer": "Zeros",
}


def output_shape(layer: KerasLayer, shapes: Sequence[Shape | None]) -> Shape | None:
    """Return the shape of one sample after a layer, None where it cannot be worked out."""
    if not is_known(layer):
        return None
    if layer.class_name in _MERGES:
        return _merged(layer, shapes)
    if len(shapes) != 1 or shapes[0] is None:
        return _without_input(layer)
    config = config_of(layer)
    step = Step(layer.class_name, config, doubled=False)
    if layer_class(layer.class_name) is not None and layer.class_name in _SAME:
        return shapes[0]
    try:
        return after(step, shapes[0])
    except (TypeError, ValueError, LookupError, ArithmeticError):
        return None


_SAME = with_trait("keeps_shape")


STEPS = 3
"""Axes of what a recurrent layer takes: samples, steps and features."""


def row_axes(layer: KerasLayer) -> int | None:
    """Return the number of axes that a layer's input must have, None for any."""
    row = layer_class(layer.class_name)
    return row.axes if row is not None else None


def _without_input(layer: KerasLayer) -> Shape | None:
    """Return what is known of the output of a layer whose input is not: its last axis."""
    units = units_of(layer)
    config = config_of(layer)
    flat = (
        layer.class_name in _RECURRENT
        and row_axes(layer) == STEPS
        and not config.get("return_sequences", False)
    )
    flat = flat and "return_sequences" not in _unread(layer, config)
    return (units,) if flat and units is not None else None


def _unread(layer: KerasLayer, config: dict[str, Any]) -> set[str]:
    return set(arguments_of(layer)) - set(config)


def _merged(layer: KerasLayer, shapes: Sequence[Shape | None]) -> Shape | None:
    known = [shape for shape in shapes if shape is not None]
    if not known or len(known) < len(shapes) or len({len(shape) for shape in known}) != 1:
        return None
    if layer.class_name == "Concatenate":
        lasts = [shape[-1] if shape else None for shape in known]
        axis = config_of(layer).get("axis", -1)
        if axis not in (-1, len(known[0])) or "axis" in _unread(layer, config_of(layer)):
            return None
        return (*known[0][:-1], None if None in lasts else sum(size or 0 for size in lasts))
    return known[0] if len(set(known)) == 1 and layer.class_name != "Dot" else None


def weights_of(layer: KerasLayer, before: Shape | None) -> int | None:
    """Count the weights of a layer; None where the text does not show their number."""
    row = layer_class(layer.class_name)
    if not layer.builtin or row is None:
        return None
    if layer.class_name == "Lambda" or "moves" in row.traits:
        return 0
    if row.role not in ("wrapper", "other", "cell") and layer.class_name not in WEIGHTED | {
        "PReLU"
    }:
        return 0
    count = _COUNTED.get(layer.class_name)
    if count is None or not before or None in before or not is_known(layer):
        return None
    config = config_of(layer)
    if _unread(layer, config):
        return None
    try:
        return count(config, before, layer.class_name)
    except (TypeError, ValueError, KeyError):
        return None


def _dense(config: dict[str, Any], before: Any, _: str) -> int:
    return int(config["units"]) * int(before[-1] + bool(config.get("use_bias", True)))


def _convolution(config: dict[str, Any], before: Any, name: str) -> int:
    axes = int(name.removesuffix("Transpose")[-2])
    size = sizes_of(config["kernel_size"]) or ()
    window = math.prod(part or 1 for part in (size if len(size) == axes else size * axes))
    each = window * int(before[-1]) // int(config.get("groups", 1))
    return int(config["filters"]) * (each + bool(config.get("use_bias", True)))


def _recurrent(config: dict[str, Any], before: Any, name: str) -> int:
    row = layer_class(name)
    parameters = row.parameters if row is not None else ()
    resets = "reset_after" in parameters
    gates = 4 if "unit_forget_bias" in parameters else 3 if resets else 1
    units = int(config["units"])
    biases = bool(config.get("use_bias", True)) * (2 if resets else 1)
    return gates * units * (int(before[-1]) + units + biases)


def _batch_normalization(config: dict[str, Any], before: Any, _: str) -> int:
    learnt = bool(config.get("center", True)) + bool(config.get("scale", True))
    return int(before[-1]) * (2 + learnt)


def _embedding(config: dict[str, Any], _: Any, __: str) -> int:
    return int(config["input_dim"]) * int(config["output_dim"])


_COUNTED = {
    "Dense": _dense,
    "Conv1D": _convolution,
    "Conv2D": _convolution,
    "Conv3D": _convolution,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "SimpleRNN": _recurrent,
    "BatchNormalization": _batch_normalization,
    "Embedding": _embedding,
}
