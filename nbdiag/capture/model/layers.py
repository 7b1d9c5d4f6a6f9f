"""The layers of a model as values, nested models flattened."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nbdiag.capture.model.activations import activation_name, units_of
from nbdiag.capture.model.config import is_builtin, plain_config
from nbdiag.capture.model.library import inputs_of, is_legacy, library_of, maker_of
from nbdiag.schema.cell import CallSite, Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer

_WRAPPED = {"TFOpLambda", "SlicingOpLambda", "InstanceMethod", "InstanceProperty", "ClassMethod"}
_SAME = {"Dense", "EinsumDense"}


@dataclass(frozen=True)
class Origin:
    """Where a layer or a model was made.

    Attributes
    ----------
    site
        Place in the user's cells.
    application
        As in `nbdiag.schema.model.Layer`.
    """

    site: CallSite | Missing
    application: str = ""


OriginOf = Callable[[Any], Origin]


def describe_layers(model: Any, origin_of: OriginOf) -> tuple[Layer, ...]:
    """Describe the layers of a model in the order in which Keras lists them.

    Keras lists inputs by their distance from the output. Where that is not the order in which fit
    takes their arrays, the inputs come first, in that order.

    Parameters
    ----------
    model
        The Keras model.
    origin_of
        Finds where a layer was made.
    """
    listed = _inputs_in_order(model, list(walk(model)))
    sources = Sources(model, {layer.name for layer, _ in listed})
    return tuple(_describe(layer, parent, sources, origin_of) for layer, parent in listed)


def walk(model: Any, parent: str | None = None) -> Iterator[tuple[Any, str | None]]:
    """Go through all layers with the name of the nested model that holds each."""
    for layer in model.layers:
        if is_model(layer):
            yield from walk(layer, layer.name)
        elif parent is None or type(layer).__name__ != "InputLayer":
            yield layer, parent


def _inputs_in_order(
    model: Any, listed: list[tuple[Any, str | None]]
) -> list[tuple[Any, str | None]]:
    # Without a graph, Keras 3.5 raises for `inputs`, and a user's model may mean anything by it.
    inputs = model.inputs if is_graph(model) else ()
    tensors = [getattr(item, "_keras_history", None) for item in inputs]
    places = {id(made[0]): place for place, made in enumerate(tensors) if made}
    found = [item for item in listed if id(item[0]) in places]
    ordered = sorted(found, key=lambda item: places[id(item[0])])
    if ordered == found:
        return listed
    return [*ordered, *(item for item in listed if id(item[0]) not in places)]


def acts_in_training(layer: Any) -> bool:
    """Whether a layer may act otherwise in training: batch statistics, dropout, noise.

    A custom layer may; a recurrent or attention layer does with a dropout above 0.
    """
    inner = getattr(layer, "layer", getattr(layer, "forward_layer", None))
    if inner is not None and is_builtin(type(layer)):
        return acts_in_training(inner)
    if not is_builtin(type(layer)):
        return True
    # A Dense layer takes the argument for its quantised form alone.
    if not getattr(layer, "_call_has_training_arg", False) or type(layer).__name__ in _SAME:
        return False
    rates = [getattr(layer, name, None) for name in ("dropout", "recurrent_dropout")]
    return any(rates) or all(rate is None for rate in rates)


def is_model(layer: Any) -> bool:
    """Whether a layer is a model that contains layers."""
    return isinstance(layer, library_of(layer).Model)


def is_graph(model: Any) -> bool:
    """Whether a model knows its graph (functional, or a Sequential that has been built)."""
    if is_legacy(model):
        return bool(getattr(model, "_is_graph_network", False))
    return bool(getattr(model, "_nodes", None)) or (getattr(model, "_functional", None) is not None)


def graph_of(model: Any) -> Any:
    """Return the functional model that holds the graph (a Sequential keeps one inside)."""
    return getattr(model, "_functional", None) or model


def shape_of(tensors: Any) -> Shape | Missing:
    """Return the shape of one sample of a tensor; Missing for several tensors."""
    while isinstance(tensors, list | tuple) and len(tensors) == 1:
        tensors = tensors[0]
    shape = getattr(tensors, "shape", None)
    if shape is None:
        return Missing("several tensors")
    return tuple(None if size is None else int(size) for size in tuple(shape)[1:])


def _describe(layer: Any, parent: str | None, sources: "Sources", origin_of: OriginOf) -> Layer:
    inbound, operations = sources.of(layer)
    origin = origin_of(layer)
    return Layer(
        name=layer.name,
        class_name=type(layer).__name__,
        builtin=is_builtin(type(layer)),
        parent=parent,
        activation=activation_name(layer),
        units=units_of(layer),
        config=plain_config(layer),
        input_shape=_node_shape(layer, "inputs"),
        output_shape=_node_shape(layer, "outputs"),
        parameters=sum(size_of(weight) for weight in layer.weights),
        trainable=bool(layer.trainable),
        inbound=inbound,
        operations=operations,
        site=origin.site,
        application=origin.application,
    )


def size_of(weight: Any) -> int:
    """Return the number of values in a variable."""
    return math.prod(int(part or 1) for part in weight.shape)


def _node_shape(layer: Any, side: str) -> Shape | Missing:
    nodes = getattr(layer, "_inbound_nodes", ())
    if not nodes:
        return Missing("the model is not built as a graph")
    return shape_of(taken_by(nodes[-1]) if side == "inputs" else nodes[-1].outputs)


def taken_by(node: Any) -> list[Any]:
    """Tensors that a call in the graph takes, masks left out: they are made by an operation."""
    if hasattr(node, "keras_inputs"):
        return list(node.keras_inputs)
    import keras

    named = {key: item for key, item in node.arguments.kwargs.items() if key != "mask"}
    flat = keras.tree.flatten((node.arguments.args, named))
    return [item for item in flat if isinstance(item, keras.KerasTensor)]


def nodes_of(model: Any) -> Iterator[Any]:
    """Go through the calls in the graph of a model and of the models in it."""
    if is_graph(model):
        for nodes in getattr(graph_of(model), "_nodes_by_depth", {}).values():
            yield from nodes
    for layer in model.layers:
        if is_model(layer):
            yield from nodes_of(layer)


class Sources:
    """Finds the layers whose outputs a layer takes."""

    def __init__(self, model: Any, listed: set[str]) -> None:
        self._listed = listed
        # The tensors for a nested model's own input layer: what the model was called on.
        self._outer: dict[str, list[Any]] = {}
        self._nodes = {id(node) for node in nodes_of(model)}
        self._note_nested(model)

    def of(self, layer: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the layers in front, and class names of bare operations in between."""
        names: list[str] = []
        operations: list[str] = []
        for node in self._calls(layer):
            for tensor in taken_by(node):
                self._back(tensor, names, operations)
        return tuple(dict.fromkeys(names)), tuple(operations)

    def _calls(self, layer: Any) -> Sequence[Any]:
        """Find the calls of a layer in this model: a shared one takes its inputs one by one."""
        nodes: Sequence[Any] = getattr(layer, "_inbound_nodes", ())
        return [node for node in nodes if id(node) in self._nodes] or nodes[-1:]

    def _note_nested(self, model: Any) -> None:
        for layer in model.layers:
            if not is_model(layer):
                continue
            for node in self._calls(layer) if is_graph(layer) else ():
                inner = graph_of(layer).inputs
                for own, outer in zip(inner, inputs_of(node), strict=False):
                    name = maker_of(own._keras_history).name  # noqa: SLF001 - the graph's own record
                    self._outer.setdefault(name, []).append(outer)
            self._note_nested(layer)

    def _back(self, tensor: Any, names: list[str], operations: list[str]) -> None:
        history = getattr(tensor, "_keras_history", None)
        if history is None:
            return
        maker = maker_of(history)
        if not is_layer(maker):
            operations.append(type(maker).__name__)
            for source in inputs_of(maker._inbound_nodes[history.node_index]):  # noqa: SLF001
                self._back(source, names, operations)
        elif is_model(maker) and is_graph(maker):
            outputs = graph_of(maker).outputs
            self._back(outputs[min(history.tensor_index, len(outputs) - 1)], names, operations)
        elif maker.name in self._listed:
            names.append(maker.name)
        else:
            for outer in self._outer.get(maker.name, ()):
                self._back(outer, names, operations)


def is_layer(operation: Any) -> bool:
    """Whether an operation of a graph is a layer, not a bare function such as ``ops.sigmoid``."""
    if is_legacy(operation):
        # tf_keras wraps an operation of TensorFlow in a layer of these classes.
        return type(operation).__name__ not in _WRAPPED
    import keras

    return isinstance(operation, keras.Layer)
