"""The model as a graph: what a signal meets between two layers that weigh it."""

import math
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from nbdiag.keras_api.layers import with_role, with_trait
from nbdiag.keras_api.operations import STRAIGHT
from nbdiag.language import say
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model

# Layers that multiply their input by trained numbers and add up.
DENSE = with_role("dense")
CONVOLUTIONS = with_role("convolution")
WITH_WEIGHTS = DENSE | CONVOLUTIONS
RECURRENT = with_role("recurrent")
# Layers that put any input on a common scale.
NORMALIZING = with_trait("normalizes")
# Layers that take whole numbers or words as names of things.
LOOKUPS = with_role("lookup", "embedding")
# Layers that hand on a linear function of what they get, and leave its scale roughly alone.
LINEAR = with_trait("linear")
# Not linear, but a signal's scale survives them.
KEEPS_SCALE = with_trait("keeps_scale")
# So many ReLU units: each is dead for half of all inputs, and may die for good.
FEW_RECTIFIED = 3
# Layers and bare operations that add branches up into one signal.
_SUMS = with_role("merge") & LINEAR - {"Concatenate"}
_STRAIGHT = (None, "linear")
_STRAIGHT_LAYERS = WITH_WEIGHTS | LINEAR | with_trait("affine")


def consumers(model: Model) -> dict[str, tuple[Layer, ...]]:
    """Layers that take each layer's output, by its name."""
    taken: dict[str, list[Layer]] = {layer.name: [] for layer in model.layers}
    for layer in model.layers:
        for name in layer.inbound:
            taken.setdefault(name, []).append(layer)
    return {name: tuple(layers) for name, layers in taken.items()}


def roots(model: Model) -> tuple[Layer, ...] | Missing:
    """Layers that take the model's inputs, in order.

    The inputs of a nested model, and of a Sequential one, are not layers of the record: a layer
    that reads what no layer of the record returns reads an input.

    Returns
    -------
    tuple[Layer, ...] | Missing
        Missing for a subclassed model, whose graph is not recorded.
    """
    if not model.layers:
        return Missing("the model shows no layers")
    if len(model.layers) > 1 and not any(layer.inbound for layer in model.layers):
        return Missing("how the layers of a subclassed model are joined is not recorded")
    names = {layer.name for layer in model.layers}
    taken = consumers(model)
    return tuple(
        layer
        for layer in model.layers
        if names.isdisjoint(layer.inbound)
        and (layer.class_name != "InputLayer" or taken[layer.name])
    )


def is_nonlinear(layer: Layer) -> bool:
    """Whether a layer's output is not a linear function of its input.

    What is not known to be straight counts as bent: a custom layer, a pooling by maximum, a
    normalization over a sample's own values, attention, a recurrent layer.
    """
    if layer.activation not in _STRAIGHT:
        return True
    if not layer.builtin:
        return True
    return layer.class_name not in _STRAIGHT_LAYERS and layer.class_name != "Activation"


@dataclass(frozen=True)
class LinearPair:
    """Two layers with weights and nothing nonlinear between them: together they are one linear map.

    Attributes
    ----------
    narrow
        Whether the first is a bottleneck: fewer units than it takes and than the second gives.
        One layer could not express that, so it may be meant: the code of an autoencoder, a
        low-rank layer, the 1 x 1 projection of an inverted residual block.
    """

    first: Layer
    second: Layer
    narrow: bool


def linear_pairs(model: Model) -> tuple[LinearPair, ...] | Missing:
    """Find layers with weights that feed another such layer with nothing nonlinear between them.

    A depthwise layer before a pointwise one is a factorization on purpose and not listed. Nor is
    a layer that feeds a sum with a bent branch: what a shortcut carries along stays unbent on
    purpose, and what is added to it reaches the next layer together with it. Nor an up-convolution
    that is put beside a bent branch, as on the way up of a U-Net, nor a layer of a published
    architecture.

    Returns
    -------
    tuple[LinearPair, ...] | Missing
        In the order of the model; Missing for a subclassed model.
    """
    if isinstance(starts := roots(model), Missing):
        return starts
    taken, bent = consumers(model), _with_something_bent(model)
    return tuple(
        LinearPair(layer, follower, _is_narrow(layer, follower))
        for layer in changeable_layers(model)
        if layer.class_name in WITH_WEIGHTS and layer.builtin and not is_nonlinear(layer)
        if not layer.class_name.startswith("Depthwise")
        for follower in _next_with_weights(layer, taken, bent)
    )


def freely_scaled(model: Model) -> frozenset[str]:
    """Find layers whose weights may have any size: a normalization takes it out again.

    Returns
    -------
    frozenset[str]
        Names of the layers whose output is normalized before another layer weighs it, and of the
        normalizing layers. Steps on such weights find their own length (Arora, Li, Lyu 2019), so
        that a large gradient means nothing. All layers of a model that normalizes and whose graph
        is not known.
    """
    normalizing = {layer.name for layer in model.layers if layer.class_name in NORMALIZING}
    if isinstance(roots(model), Missing):
        return frozenset(layer.name for layer in model.layers if normalizing)
    taken = consumers(model)

    def is_normalized(layer: Layer) -> bool:
        ways = downstream(layer, taken, lambda item: not item.parameters)
        ends = [item for item in ways if item.parameters]
        return bool(ends) and all(item.name in normalizing for item in ends)

    return frozenset(normalizing | {layer.name for layer in model.layers if is_normalized(layer)})


def downstream(
    layer: Layer, taken: Mapping[str, tuple[Layer, ...]], passes: Callable[[Layer], bool]
) -> Iterator[Layer]:
    """Go through the layers after one, each once, the nearest first.

    Parameters
    ----------
    layer
        Where to begin; it is not given itself.
    taken
        What `consumers` gives.
    passes
        Whether to go on after a layer.
    """
    waiting, seen = list(taken.get(layer.name, ())), set()
    while waiting:
        follower = waiting.pop(0)
        if follower.name not in seen:
            seen.add(follower.name)
            yield follower
            if passes(follower):
                waiting += taken.get(follower.name, ())


def _next_with_weights(
    layer: Layer, taken: dict[str, tuple[Layer, ...]], bent: AbstractSet[str]
) -> list[Layer]:
    def passes(item: Layer) -> bool:
        weighs = item.class_name in WITH_WEIGHTS and item.builtin
        return _is_straight_way(item) and not weighs and not is_nonlinear(item)

    found: list[Layer] = []
    for follower in downstream(layer, taken, passes):
        if not _is_straight_way(follower):
            continue
        joins = _adds_up(follower) or ("Transpose" in layer.class_name and _joins(follower))
        if joins and not bent.isdisjoint(follower.inbound):
            return []
        if follower.class_name in WITH_WEIGHTS and follower.builtin:
            found.append(follower)
    return found


def _adds_up(layer: Layer) -> bool:
    """Whether a layer, or an operation in front of it, adds several branches up."""
    return len(set(layer.inbound)) > 1 and not _SUMS.isdisjoint(
        (layer.class_name, *layer.operations)
    )


def _joins(layer: Layer) -> bool:
    """Whether a layer, or an operation in front of it, puts several branches side by side."""
    return len(set(layer.inbound)) > 1 and "Concatenate" in (layer.class_name, *layer.operations)


def _with_something_bent(model: Model) -> frozenset[str]:
    """Names of the layers whose output went through something bent."""
    found: set[str] = set()
    for _ in model.layers:
        more = {
            layer.name
            for layer in model.layers
            if layer.name not in found
            and (
                is_nonlinear(layer)
                or not _is_straight_way(layer)
                or not found.isdisjoint(layer.inbound)
            )
        }
        if not more:
            break
        found |= more
    return frozenset(found)


def _is_straight_way(layer: Layer) -> bool:
    """Whether the operations in front of a layer only add and move."""
    return set(layer.operations) <= STRAIGHT


def _is_narrow(layer: Layer, follower: Layer) -> bool:
    taken, width, given = fan_in(layer), layer.units, follower.units
    if taken is None or width is None or given is None:
        return False
    if layer.class_name in CONVOLUTIONS and set(_sizes(layer)) != {1}:
        return False
    return width < min(taken, given)


def fan_in(layer: Layer) -> int | None:
    """Return how many numbers one unit of a layer adds up, None when unknown."""
    if isinstance(layer.input_shape, Missing) or not layer.input_shape:
        return None
    channels = layer.input_shape[-1]
    if channels is None or layer.class_name not in CONVOLUTIONS:
        return channels
    return channels * math.prod(_sizes(layer))


def _sizes(layer: Layer) -> tuple[int, ...]:
    kernel = layer.config.get("kernel_size", ())
    return tuple(kernel) if isinstance(kernel, tuple | list) else (kernel,)


def layers_with_weights(model: Model) -> tuple[Layer, ...]:
    """Dense and convolutional layers, in the order of the model."""
    return tuple(
        layer for layer in model.layers if layer.class_name in WITH_WEIGHTS and layer.builtin
    )


def changeable_layers(model: Model) -> tuple[Layer, ...]:
    """Return the layers that the user wrote: not those inside a published architecture."""
    return tuple(layer for layer in model.layers if not layer.application)


def hidden_layers(model: Model) -> tuple[Layer, ...] | Missing:
    """Find the user's layers with weights that are not the last one of an output.

    Returns
    -------
    tuple[Layer, ...] | Missing
        Missing for a custom model class whose outputs were not seen: any of its layers may be one.
    """
    last = {head.weights_layer for head in model.heads}
    if model.kind == "subclass" and None in (last or {None}):
        return Missing(
            say("which layers of {model} are outputs is not known", model=model.class_name)
        )
    return tuple(
        layer
        for layer in layers_with_weights(model)
        if layer.name not in last and not layer.application
    )


def activation_after(layer: Layer, model: Model) -> str | None:
    """Activation that a layer's output meets: its own, or that of the next layer that bends.

    Returns
    -------
    str | None
        None when another layer with weights, or the model's end, comes first.
    """
    taken = consumers(model)
    if layer.activation not in _STRAIGHT:
        return layer.activation
    ways = downstream(
        layer, taken, lambda item: item.class_name not in WITH_WEIGHTS and not is_nonlinear(item)
    )
    return next(
        (
            item.activation
            for item in ways
            if item.class_name not in WITH_WEIGHTS and item.activation not in _STRAIGHT
        ),
        None,
    )
