"""Numbers read off tensors, in a graph for large ones (``keras.ops``), in NumPy for the others."""

import math
from typing import Any

import numpy as np

from nbdiag.keras_api.activations import RANGES, with_trait
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import ActivationProbe, OutputProbe, PictureProbe, VariableProbe

_BOUNDS = {name: RANGES[name] for name in with_trait("saturates", "sums_to_one")}
_RECTIFIERS = with_trait("rectifies")
_NEAR = 0.01
# A picture that keeps less than a twentieth of its spread is one value to every layer after it.
_FLAT = 0.05
_DRAWN = 1e-3  # spread of a picture that shows anything, of the range of all

Numbers = dict[str, Any]


def measure_output(tensor: Any, xp: Any) -> Numbers:
    """Measure an output tensor of float32, rows first; ``xp`` is numpy or keras.ops."""
    flat = _units_last(tensor, xp)
    inside = xp.logical_and(flat >= 0, flat <= 1)
    near = xp.logical_or(flat < _NEAR, flat > 1 - _NEAR)
    sums = xp.sum(flat, axis=-1)
    return {
        **_moments(flat, xp),
        "in_unit": xp.mean(inside),
        "low_sum": xp.min(sums),
        "high_sum": xp.max(sums),
        "saturated": xp.mean(xp.logical_and(inside, near)),
        "nans": xp.sum(xp.isnan(flat)),
    }


def measure_activation(tensor: Any, xp: Any, activation: str) -> Numbers:
    """Measure the output of one layer inside the model."""
    flat = _units_last(tensor, xp)
    measured = _moments(flat, xp)
    if activation in _RECTIFIERS:
        measured["dead"] = measured["silent"]
    if activation in _BOUNDS:
        low, high = _BOUNDS[activation]
        measured["saturated"] = xp.mean(xp.logical_or(flat < low + _NEAR, flat > high - _NEAR))
    return measured


def measure_gradient(gradient: Any, xp: Any) -> Numbers:
    """Measure the gradient of one variable."""
    flat = xp.reshape(gradient, (-1,))
    # The greatest entry is taken out first: squares of 1e-25 would vanish in float32.
    scale = xp.max(xp.abs(flat))
    safe = xp.where(scale > 0, scale, xp.ones_like(scale))
    return {
        "norm": scale * xp.sqrt(xp.sum(xp.square(flat / safe))),
        "zeros": xp.mean(xp.equal(flat, 0.0)),
    }


def measure_pictures(tensor: Any, xp: Any, before: int) -> Numbers:
    """Compare pictures with what a layer made of them.

    Parameters
    ----------
    tensor
        A row a picture: its values before the layer, then those after it.
    xp
        numpy or keras.ops.
    before
        How many values a picture has before the layer.
    """
    old, new = tensor[:, :before], tensor[:, before:]
    old_mean, new_mean = xp.mean(old, axis=1, keepdims=True), xp.mean(new, axis=1, keepdims=True)
    low, high = xp.min(old), xp.max(old)
    reach = xp.maximum(high - low, 1e-30)
    old_spread = xp.sqrt(xp.mean(xp.square(old - old_mean), axis=1))
    new_spread = xp.sqrt(xp.mean(xp.square(new - new_mean), axis=1))
    drawn = xp.where(old_spread > _DRAWN * reach, 1.0, 0.0)
    count = xp.maximum(xp.sum(drawn), 1.0)
    measured = {
        "low": low,
        "high": high,
        "lost": xp.sum(xp.where(new_spread < _FLAT * old_spread, drawn, 0.0)) / count,
        "shift": xp.mean(xp.abs(new_mean - old_mean)) / reach,
    }
    if 2 * before == tensor.shape[1]:
        product = xp.mean((old - old_mean) * (new - new_mean), axis=1)
        scale = xp.maximum(old_spread * new_spread, 1e-30)
        measured["likeness"] = xp.sum(drawn * product / scale) / count
    return measured


def _units_last(tensor: Any, xp: Any) -> Any:
    if len(tensor.shape) <= 1:
        return xp.reshape(tensor, (-1, 1))
    return xp.reshape(tensor, (-1, tensor.shape[-1]))


def _moments(flat: Any, xp: Any) -> Numbers:
    """Measure all values; those of each unit first, for fewer passes over the tensor."""
    low, high = xp.min(flat, axis=0), xp.max(flat, axis=0)
    means = xp.mean(flat, axis=0)
    variances = xp.mean(xp.square(flat - means), axis=0)
    mean = xp.mean(means)
    return {
        "minimum": xp.min(low),
        "maximum": xp.max(high),
        "mean": mean,
        "std": xp.sqrt(xp.mean(variances) + xp.mean(xp.square(means - mean))),
        "spread": xp.mean(xp.sqrt(variances)),
        "silent": xp.mean(xp.logical_and(xp.equal(low, 0.0), xp.equal(high, 0.0))),
    }


def output_probe(key: str, numbers: dict[str, float]) -> OutputProbe:
    """Make the value from what `measure_output` found."""
    return OutputProbe(
        output=key,
        minimum=numbers["minimum"],
        maximum=numbers["maximum"],
        mean=numbers["mean"],
        std=numbers["std"],
        spread=numbers["spread"],
        in_unit=numbers["in_unit"],
        row_sums=(numbers["low_sum"], numbers["high_sum"]),
        saturated=numbers["saturated"] if numbers["in_unit"] == 1 else 0.0,
        nans=int(numbers["nans"]),
    )


def picture_probe(layer: str, numbers: dict[str, float]) -> PictureProbe:
    """Make the value from what `measure_pictures` found."""
    return PictureProbe(
        layer=layer,
        low=numbers["low"],
        high=numbers["high"],
        lost=numbers["lost"],
        shift=numbers["shift"],
        likeness=numbers.get("likeness"),
    )


def activation_probe(layer: str, activation: str, numbers: dict[str, float]) -> ActivationProbe:
    """Make the value from what `measure_activation` found."""
    return ActivationProbe(
        layer=layer,
        activation=activation,
        minimum=numbers["minimum"],
        maximum=numbers["maximum"],
        mean=numbers["mean"],
        std=numbers["spread"],
        dead=numbers.get("dead"),
        saturated=numbers.get("saturated"),
    )


def variable_probe(
    variable: Any,
    layer: str,
    gradient: dict[str, float] | Missing,
    weights: Any,
    before: Any,
) -> VariableProbe:
    """Make the value of one trainable variable.

    Parameters
    ----------
    variable
        The Keras variable, for its name.
    layer
        Name of the layer that holds it.
    gradient
        What `measure_gradient` found.
    weights, before
        Values now and at the last probe, None at the first.
    """
    known = not isinstance(gradient, Missing)
    norm = _norm(weights)
    ratio = None
    if before is not None:
        old, change = _norm(before), _norm(weights - before)
        ratio = change / old if old else change
    return VariableProbe(
        name=getattr(variable, "path", variable.name),
        layer=layer,
        size=int(weights.size),
        weight_norm=norm,
        gradient_norm=gradient["norm"] if known else gradient,  # type: ignore[index,arg-type]
        zero_share=gradient["zeros"] if known else gradient,  # type: ignore[index,arg-type]
        update_ratio=ratio,
        # A norm is NaN exactly when a weight is: most of the time there is nothing to count.
        nans=int(np.isnan(weights).sum()) if math.isnan(norm) else 0,
    )


def _norm(values: Any) -> float:
    flat = values.reshape(-1)
    square = float(np.dot(flat, flat)) if flat.dtype == np.float32 else math.inf
    if 1e-30 < square < math.inf or math.isnan(square):  # noqa: PLR2004 - far from float32's ends
        return math.sqrt(square)
    # Not np.linalg.norm: its threads wait for each other longer than the sum takes.
    double = flat.astype("float64")
    return math.sqrt(float(np.einsum("i,i->", double, double)))
