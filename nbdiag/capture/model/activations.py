"""Names of activation functions, and layers that only pass values on."""

from typing import Any

from nbdiag.capture.model.config import is_builtin
from nbdiag.keras_api.activations import OF_LAYERS
from nbdiag.keras_api.class_words import snake_case
from nbdiag.keras_api.layers import with_role, with_trait

ACTIVATION_LAYERS = with_role("activation")
WRAPPERS = frozenset({"TimeDistributed", "Bidirectional"})
# Layers whose output values are their input values, moved or copied at most.
MOVING_LAYERS = with_trait("moves")
# Layers whose output is unbounded whatever their input is.
UNBOUNDED_LAYERS = with_trait("unbounded") | with_role("embedding")


def activation_name(layer: Any) -> str | None:
    """Name the activation that a layer's own configuration shows.

    Returns
    -------
    str or None
        "relu", "softmax" …, "custom" for a custom function, None without an activation.
    """
    kind = type(layer).__name__
    if is_builtin(type(layer)) and kind in ACTIVATION_LAYERS - {"Activation"}:
        return OF_LAYERS.get(kind) or snake_case(kind)
    if kind == "TimeDistributed" or (kind == "Bidirectional" and is_builtin(type(layer))):
        return activation_name(getattr(layer, "layer", getattr(layer, "forward_layer", None)))
    # Recurrent layers keep the argument on their cell and show it as a property.
    function = getattr(layer, "activation", None)
    return None if function is None else function_name(function)


def function_name(function: Any) -> str:
    """Name an activation function, "custom" when it is not one of Keras."""
    if is_builtin(type(function)):
        inner = activation_name(function)
        return inner or "custom"
    module = (getattr(function, "__module__", None) or "").split(".")[0]
    name: str = getattr(function, "__name__", "custom")
    if module in {"keras", "tf_keras", "tensorflow", "jax", "torch"} and name.isidentifier():
        return name
    return "custom"


def units_of(layer: Any) -> int | None:
    """``units`` of a Dense or recurrent layer, ``filters`` of a convolution."""
    if type(layer).__name__ in WRAPPERS:
        layer = getattr(layer, "layer", getattr(layer, "forward_layer", None))
    for name in ("units", "filters"):
        value = getattr(layer, name, None)
        if isinstance(value, int):
            return value
    return None
