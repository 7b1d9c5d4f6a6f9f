"""The graph of a custom model class, read off a trace of its calls.

A subclassed model keeps no graph, but the probe's trace of it shows which tensor went into which
layer. TensorFlow knows the operation that made each tensor, so that the layers in front of a layer
are found by going back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nbdiag.capture.model.activations import (
    ACTIVATION_LAYERS,
    MOVING_LAYERS,
    UNBOUNDED_LAYERS,
    activation_name,
    units_of,
)
from nbdiag.capture.model.config import is_builtin
from nbdiag.capture.model.layers import shape_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head, Layer, Model

# TensorFlow's names of operations, to the classes of keras.ops that functional models show.
_OPERATIONS = {
    "AddV2": "Add", "AddN": "Add", "BiasAdd": "Add", "Sub": "Subtract", "Mul": "Multiply",
    "RealDiv": "TrueDivide", "ConcatV2": "Concatenate", "Reshape": "Reshape",
    "Transpose": "Transpose", "StridedSlice": "GetItem", "ExpandDims": "ExpandDims",
    "Squeeze": "Squeeze", "Pack": "Stack", "BatchMatMulV2": "Matmul", "MatMul": "Matmul",
}  # fmt: skip
# They return what they take.
_SILENT = {"Identity", "IdentityN", "Cast", "PreventGradient", "StopGradient", "EnsureShape"}
_MOVING = _SILENT | {"Reshape", "Squeeze", "ExpandDims", "Transpose"}
_MOST = 5_000  # operations on the way back from one tensor


@dataclass(frozen=True)
class LayerCall:
    """One call of a layer, with the tensors that it took and returned."""

    layer: Any
    taken: tuple[Any, ...]
    returned: tuple[Any, ...]


@dataclass
class TracedGraph:
    """How the layers of a model were joined in a trace.

    Attributes
    ----------
    inbound
        Names of the layers in front of each, and the operations in between.
    shapes
        What each layer took and returned, shapes of a sample.
    heads
        How each output ends.
    """

    inbound: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    shapes: dict[str, tuple[Shape | Missing, Shape | Missing]] = field(default_factory=dict)
    heads: tuple[Head, ...] = ()

    def joined(self, model: Model) -> Model:
        """Return the description of a custom model class with its graph and its outputs."""
        return replace(
            model,
            layers=tuple(map(self._joined, model.layers)),
            heads=model.heads if not self.heads else self.heads,
        )

    def _joined(self, layer: Layer) -> Layer:
        if layer.name not in self.inbound:
            return layer
        names, operations = self.inbound[layer.name]
        taken, returned = self.shapes[layer.name]
        return replace(
            layer,
            inbound=names,
            operations=operations,
            input_shape=taken,
            output_shape=returned,
        )


def read_graph(calls: Sequence[LayerCall], outputs: Any) -> TracedGraph:
    """Find out how layers were joined.

    Parameters
    ----------
    calls
        Calls of the layers in the order in which they ended.
    outputs
        What the model returned.
    """
    reader = _Reader(calls)
    graph = TracedGraph()
    for place, call in enumerate(calls):
        name = call.layer.name
        names, operations = graph.inbound.get(name, ((), ()))
        more, between = reader.sources(call.taken, place)
        graph.inbound[name] = (
            tuple(dict.fromkeys((*names, *more))),
            tuple(dict.fromkeys((*operations, *between))),
        )
        graph.shapes[name] = (_shape(call.taken), _shape(call.returned))
    graph.heads = tuple(reader.head(tensor, key) for key, tensor in _keyed(outputs))
    return graph


def _keyed(outputs: Any) -> Iterator[tuple[str, Any]]:
    """Go through the outputs with their keys: names, places, or "" for the only one."""
    import keras

    if isinstance(outputs, Mapping) and all(hasattr(item, "op") for item in outputs.values()):
        yield from ((str(key), outputs[key]) for key in sorted(outputs))
        return
    flat = keras.tree.flatten(outputs)
    for place, tensor in enumerate(flat):
        yield (str(place) if len(flat) > 1 else ""), tensor


def _shape(tensors: Sequence[Any]) -> Shape | Missing:
    return shape_of(tensors[0]) if len(tensors) == 1 else Missing("several tensors")


class _Reader:
    def __init__(self, calls: Sequence[LayerCall]) -> None:
        self._calls = calls
        self._makers: dict[str, list[int]] = {}
        for place, call in enumerate(calls):
            for tensor in call.returned:
                self._makers.setdefault(tensor.name, []).append(place)

    def sources(self, tensors: Sequence[Any], before: int) -> tuple[list[str], list[str]]:
        """Names of the layers that made tensors, and the operations in between."""
        names: list[str] = []
        operations: list[str] = []
        for place, operation in self._back(tensors, before):
            if place is not None:
                names.append(self._calls[place].layer.name)
            elif operation not in _SILENT:
                operations.append(_OPERATIONS.get(operation, operation))
        return names, operations

    def _back(self, tensors: Sequence[Any], before: int) -> Iterator[tuple[int | None, str]]:
        waiting, seen = list(tensors), set[str]()
        while waiting and len(seen) < _MOST:
            tensor = waiting.pop()
            if tensor.name in seen:
                continue
            seen.add(tensor.name)
            place = self._maker(tensor, before)
            if place is not None:
                yield place, ""
                continue
            inputs = [item for item in tensor.op.inputs if item.dtype.is_floating]
            if inputs:
                yield None, tensor.op.type
            waiting += inputs

    def _maker(self, tensor: Any, before: int) -> int | None:
        return max((at for at in self._makers.get(tensor.name, ()) if at < before), default=None)

    def head(self, tensor: Any, key: str) -> Head:
        """Describe how an output ends."""
        shape = shape_of(tensor)
        units = None if isinstance(shape, Missing) or not shape else shape[-1]
        activation, holder, last = self._end(tensor)
        known = activation if isinstance(activation, str) else ""
        return Head(
            output=key,
            activation=activation,
            activation_layer=None if holder is None else holder.name,
            weights_layer=self._weights(tensor),
            shape=shape,
            units=units,
            softmax_axis=getattr(holder, "axis", -1) if known == "softmax" else None,
            keeps_logits=last
            and known in ("sigmoid", "softmax")
            and getattr(holder, "compute_dtype", "") == "float32",
        )

    def _end(self, tensor: Any) -> tuple[str | Missing, Any, bool]:
        """Go back to what decides the range of an output: activation, its layer, nothing after."""
        before, last = len(self._calls), True
        while True:
            place = self._maker(tensor, before)
            if place is None:
                if tensor.op.type not in _MOVING or not tensor.op.inputs:
                    name = _OPERATIONS.get(tensor.op.type, tensor.op.type)
                    lack = f"the output is made by the operation {name}, not by a layer"
                    return Missing(lack), None, False
                last = last and tensor.op.type in _SILENT
                tensor = tensor.op.inputs[0]
                continue
            call, before = self._calls[place], place
            layer, kind = call.layer, type(call.layer).__name__
            own = activation_name(layer)
            passes = kind in MOVING_LAYERS or (kind in ACTIVATION_LAYERS and own == "linear")
            if not is_builtin(type(layer)) or kind == "Lambda":
                return Missing(f"the output is made by {layer.name!r}, a custom layer"), None, False
            if passes and call.taken:
                tensor, last = call.taken[0], False
                continue
            if kind in UNBOUNDED_LAYERS:
                return "linear", None, last
            if own is None:
                lack = f"the output is made by a {kind} layer, which has no activation"
                return Missing(lack), None, False
            return own, layer, last

    def _weights(self, tensor: Any) -> str | None:
        """Name the nearest layer before an output that has units, along first inputs."""
        waiting, before = [tensor], len(self._calls)
        for _ in range(len(self._calls) + 1):
            place = next((at for at, _ in self._back(waiting, before) if at is not None), None)
            if place is None:
                return None
            call = self._calls[place]
            if units_of(call.layer) is not None:
                name: str = call.layer.name
                return name
            waiting, before = list(call.taken[:1]), place
        return None
