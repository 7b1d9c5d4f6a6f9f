"""How each output of a model ends, as its configuration shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nbdiag.capture.model.activations import (
    ACTIVATION_LAYERS,
    MOVING_LAYERS,
    UNBOUNDED_LAYERS,
    activation_name,
    units_of,
)
from nbdiag.capture.model.config import is_builtin
from nbdiag.capture.model.layers import graph_of, is_graph, is_layer, is_model, shape_of
from nbdiag.capture.model.library import inputs_of, maker_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head

_SHORTCUT = {"sigmoid", "softmax"}


def describe_heads(model: Any) -> tuple[Head, ...]:
    """Describe the outputs of a model; empty when it has no graph to read."""
    if not is_graph(model):
        return ()
    graph = graph_of(model)
    names = list(getattr(graph, "output_names", ()))
    return tuple(
        _head(tensor, names[place] if place < len(names) else str(place))
        for place, tensor in enumerate(graph.outputs)
    )


def heads_without_graph(model: Any, shapes: Sequence[Shape | Missing]) -> tuple[Head, ...]:
    """Describe the outputs of a custom model class by the shapes that were seen."""
    lack = Missing(f"the output is made by the custom class {type(model).__name__}")
    return tuple(
        Head(
            output="" if len(shapes) == 1 else str(place),
            activation=lack,
            shape=shape,
            units=None if isinstance(shape, Missing) or not shape else shape[-1],
        )
        for place, shape in enumerate(shapes)
    )


@dataclass
class _End:
    """What the walk back from an output has found."""

    activation: str | Missing
    layer: Any = None
    weights: Any = None
    last: bool = True


def _head(tensor: Any, key: str) -> Head:
    end = _walk(tensor, linear=None, last=True)
    shape = shape_of(tensor)
    known = end.activation if isinstance(end.activation, str) else ""
    axis = None
    if known == "softmax":
        axis = getattr(end.layer, "axis", -1) if type(end.layer).__name__ == "Softmax" else -1
    return Head(
        output=key,
        activation=end.activation,
        activation_layer=end.layer.name if end.layer is not None else None,
        weights_layer=end.weights.name if end.weights is not None else None,
        shape=shape,
        units=None if isinstance(shape, Missing) or not shape else shape[-1],
        softmax_axis=axis if isinstance(axis, int) else None,
        keeps_logits=known in _SHORTCUT
        and end.last
        and type(end.layer).__name__ != "TimeDistributed"
        and getattr(end.layer, "compute_dtype", "") == "float32",
    )


def _walk(tensor: Any, linear: Any, last: bool) -> _End:
    """Go back from a tensor to the layer that decides the range of its values.

    ``linear`` is the last layer passed that sets a linear activation and nothing else: that is
    the one to edit. ``last`` holds while nothing comes after the tensor.
    """
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return _End(Missing("the output comes from no layer"))
    maker = maker_of(history)
    if not is_layer(maker):
        name = type(maker).__name__
        end = _End(Missing(f"the output is made by the operation {name}, not by a layer"))
        end.weights = _weights_above(tensor)
        return end
    if is_model(maker):
        if not is_graph(maker):
            return _End(Missing(f"the output is made by the custom model {maker.name!r}"))
        outputs = graph_of(maker).outputs
        return _walk(outputs[min(history.tensor_index, len(outputs) - 1)], linear, last)
    sources = inputs_of(maker._inbound_nodes[history.node_index])  # noqa: SLF001
    kind = type(maker).__name__
    if is_builtin(type(maker)) and kind in MOVING_LAYERS and sources:
        return _walk(sources[0], linear, last=False)
    if is_builtin(type(maker)) and kind in ACTIVATION_LAYERS and sources:
        own = activation_name(maker)
        if own == "linear":
            return _walk(sources[0], linear or maker, last=False)
        return _End(own or "custom", maker, _weights_above(tensor), last)
    return _decide(maker, tensor, linear, last=last)


def _decide(maker: Any, tensor: Any, linear: Any, *, last: bool) -> _End:
    kind, builtin = type(maker).__name__, is_builtin(type(maker))
    if not builtin or kind == "Lambda":
        whose = "a Lambda layer" if kind == "Lambda" else "a custom layer"
        return _End(Missing(f"the output is made by {maker.name!r}, {whose}"))
    if kind in UNBOUNDED_LAYERS:
        return _End("linear", linear, _weights_above(tensor), last)
    name = activation_name(maker)
    if name is None:
        return _End(
            Missing(f"the output is made by a {kind} layer, which has no activation"),
            None,
            _weights_above(tensor),
        )
    layer = linear if linear is not None and name == "linear" else maker
    return _End(name, layer, maker if units_of(maker) is not None else None, last)


def _weights_above(tensor: Any) -> Any:
    """Find the nearest layer above with ``units`` or ``filters``, along first inputs."""
    for _ in range(1000):
        history = getattr(tensor, "_keras_history", None)
        if history is None:
            return None
        maker = maker_of(history)
        if is_layer(maker) and is_model(maker):
            if not is_graph(maker):
                return None
            tensor = graph_of(maker).outputs[0]
            continue
        if is_layer(maker) and units_of(maker) is not None:
            return maker
        sources = inputs_of(maker._inbound_nodes[history.node_index])  # noqa: SLF001
        if not sources:
            return None
        tensor = sources[0]
    return None
