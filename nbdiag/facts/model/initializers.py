"""How fresh weights are drawn, and what that does to a signal on its way down."""

import math
from dataclasses import dataclass
from typing import Any

from nbdiag.facts.model.graph import NORMALIZING, activation_after, fan_in, hidden_layers
from nbdiag.keras_api.activations import with_trait
from nbdiag.keras_api.initializers import CLASSES
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model

# Variance of a truncated normal draw at two deviations over that of the full one.
_TRUNCATED = 0.774

# Three layers of a tenth, or of ten times: beyond plain gradient descent.
LOST, BURST = 1e-3, 1e3


@dataclass(frozen=True)
class Initializer:
    """How a layer's kernel is drawn.

    Attributes
    ----------
    kind
        Class name ("GlorotUniform"), "" when unknown.
    config
        Its arguments.
    """

    kind: str
    config: dict[str, Any]


def initializer_of(layer: Layer, part: str = "kernel") -> Initializer:
    """Read the initializer of the kernel, or of the bias, from a layer's configuration."""
    for key in (f"{part}_initializer", *(("depthwise_initializer",) if part == "kernel" else ())):
        given = layer.config.get(key)
        if isinstance(given, str):
            return Initializer(_class_name(given), {})
        if isinstance(given, dict):
            config = given.get("config")
            name = given.get("class_name")
            return Initializer(
                _class_name(name) if isinstance(name, str) else "",
                config if isinstance(config, dict) else {},
            )
    return Initializer("", {})


_HALVING = with_trait("rectifies") | {"leaky_relu"}


def kernel_std(layer: Layer) -> float | Missing:
    """Return the deviation of fresh weights that are drawn without regard to the layer's size.

    Returns
    -------
    float | Missing
        Missing for initializers that scale with the layer (Glorot, He, LeCun), and unknown ones.
    """
    drawn = initializer_of(layer)
    if drawn.kind in ("RandomNormal", "TruncatedNormal"):
        std = drawn.config.get("stddev", 0.05)
        if not isinstance(std, int | float):
            return Missing("the deviation is not a number")
        return float(std) * (math.sqrt(_TRUNCATED) if drawn.kind == "TruncatedNormal" else 1.0)
    if drawn.kind == "RandomUniform":
        low, high = drawn.config.get("minval", -0.05), drawn.config.get("maxval", 0.05)
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            return Missing("the range is not made of numbers")
        return abs(high - low) / math.sqrt(12)
    return Missing("the initializer scales with the layer")


def unit_correlation(layer: Layer) -> float | Missing:
    """Return the correlation between the outputs of two units of a fresh layer.

    Weights of mean m and deviation s give two units the outputs m S + noise, where S is the sum of
    the inputs. For inputs without a mean that vary independently the share of what they have in
    common is m^2 / (m^2 + s^2): 0 for weights around 0, 0.75 for weights from 0 to 1, 1 for equal
    ones. After such a layer the inputs themselves are alike, and the share grows from there.

    Returns
    -------
    float | Missing
        Missing for initializers of unknown mean.
    """
    drawn = initializer_of(layer)
    std = kernel_std(layer)
    if isinstance(std, Missing):
        return std
    if drawn.kind == "RandomUniform":
        mean = (drawn.config.get("minval", -0.05) + drawn.config.get("maxval", 0.05)) / 2
    else:
        mean = drawn.config.get("mean", 0.0)
    if not isinstance(mean, int | float):
        return Missing("the mean is not a number")
    power = mean * mean + std * std
    return mean * mean / power if power else 1.0


def gain(layer: Layer, model: Model) -> float | Missing:
    """Return the size of a fresh layer's outputs over what its activation needs.

    A layer keeps the size of a signal when fan-in times the weights' variance is 1, or 2 before a
    rectifier, which halves it (He et al. 2015, equation 10).
    """
    std, inputs = kernel_std(layer), fan_in(layer)
    if isinstance(std, Missing):
        return std
    if inputs is None:
        return Missing("the number of inputs is not known")
    wanted = 2.0 if activation_after(layer, model) in _HALVING else 1.0
    return std * math.sqrt(inputs / wanted)


def loses_signal(model: Model) -> bool:
    """Whether fresh weights shrink or blow up the signal on its way beyond what steps can mend."""
    hidden = hidden_layers(model)
    if isinstance(hidden, Missing):
        return False
    gains = [gain(layer, model) for layer in hidden]
    product = math.prod(item for item in gains if not isinstance(item, Missing) and item > 0)
    normalized = any(layer.class_name in NORMALIZING for layer in model.layers)
    return not normalized and not LOST <= product <= BURST


def _class_name(name: str) -> str:
    return CLASSES.get(name, name)
