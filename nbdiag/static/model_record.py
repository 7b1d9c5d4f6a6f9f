"""A model as a run records it: its layers in order, and how each output ends."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from nbdiag.keras_api.activations import KNOWN
from nbdiag.keras_api.layers import with_role, with_trait
from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head, Layer, Model
from nbdiag.static.call_settings import sizes_of
from nbdiag.static.keras_objects import (
    UNKNOWN_PART,
    KerasLayer,
    KerasModel,
    KerasTensor,
    layer_of,
    model_of,
)
from nbdiag.static.layer_record import (
    config_of,
    is_known,
    layer_activation,
    output_shape,
    units_of,
    weights_of,
)
from nbdiag.syntax.program.domain import FunctionValue, Given, Method, Unknown
from nbdiag.syntax.program.library_protocol import Call

Ends = tuple[tuple[KerasTensor, ...], tuple[KerasTensor, ...]]

_MOVING = with_trait("moves")
_UNBOUNDED = with_trait("unbounded") | with_role("embedding")
_ACTIVATIONS = with_role("activation")
_SAME = with_trait("keeps_shape") | _ACTIVATIONS
_WIDE = with_role("dense", "recurrent", "convolution")
_SHORTCUT = ("sigmoid", "softmax")


@dataclass
class ModelRecord:
    """What the text shows of a model.

    Attributes
    ----------
    layers
        The layers in order, each with the name of the model in it that holds it.
    heads
        One for each output.
    """

    call: Call
    layers: list[tuple[KerasLayer, str | None]] = field(default_factory=list)
    heads: tuple[Head, ...] = ()
    _ends: dict[int, Ends] = field(default_factory=dict)
    _outer: dict[int, list[KerasTensor]] = field(default_factory=dict)
    _shapes: dict[int, Shape | None] = field(default_factory=dict)
    _calls: dict[int, list[KerasTensor]] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)

    def read(self, model: KerasModel) -> Model | Missing:
        """Describe a model as it is now."""
        if model.spoiled:
            return Missing(f"the text does not show the model for certain: {model.spoiled}")
        inputs, outputs = self.ends_of(model)
        if model.kind != "subclass":
            for tensor in (*inputs, *outputs):
                self._list(tensor, model.kind, None)
        else:
            self._list_attributes(model, None)
        self.heads = tuple(self._head(tensor) for tensor in outputs)
        return self._model(model)

    def _model(self, model: KerasModel) -> Model:
        joined = model.kind != "subclass"
        layers = tuple(self._layer(item, parent, joined=joined) for item, parent in self.layers)
        counts = [self._weights(item) for item, _ in self.layers]
        free = [
            count if count is not None else 1
            for count, layer in zip(counts, layers, strict=True)
            if layer.trainable
        ]
        # Of weights that the text does not count, some may be trainable.
        uncounted = any(count is None for count in counts)
        instance = model.instance
        own = instance is not None and isinstance(instance.kind.find("train_step"), FunctionValue)
        class_name = instance.kind.name if instance is not None else model.kind.capitalize()
        return Model(
            name=model.name,
            class_name=class_name,
            kind=model.kind,
            layers=layers,
            heads=self.heads,
            parameters=sum(count or 0 for count in counts),
            trainable_parameters=max(sum(free), int(uncounted)),
            custom_train_step=own,
            site=model.site,
        )

    def ends_of(self, model: KerasModel) -> Ends:
        """Return the tensors of the inputs and the outputs of a model."""
        if id(model) not in self._ends:
            if model.kind == "sequential":
                self._ends[id(model)] = self._chain(model)
            elif model.kind == "functional":
                inputs = model.inputs or (KerasTensor(None),)
                self._ends[id(model)] = (inputs, model.outputs or (KerasTensor("UnknownValue"),))
            else:
                self._ends[id(model)] = self._called(model)
        return self._ends[id(model)]

    def _chain(self, model: KerasModel) -> Ends:
        """Join the layers of a Sequential model."""
        first = KerasTensor(None)
        now = first
        for place, item in enumerate(model.listed):
            if isinstance(item, KerasTensor):
                if place == 0 and item.maker is None:
                    first.shape = item.shape
                continue
            maker = layer_of(item) or model_of(item) or _unknown_layer(model, place)
            if now is first and first.shape is None and isinstance(maker, KerasLayer):
                first.shape = _declared(maker)
            now = KerasTensor(maker, (now,))
        return (first,), (now,)

    def _called(self, model: KerasModel) -> Ends:
        """Call a model of a custom class on a tensor, by what its ``call`` says."""
        first = KerasTensor(None)
        instance = model.instance
        method = instance.kind.find("call") if instance is not None else None
        if not isinstance(method, FunctionValue) or instance is None:
            return (first,), ()
        given = Given((first,), {}, complete=True, site=instance.site)
        found = self.call(Method(method, instance), given)
        return (first,), (found,) if isinstance(found, KerasTensor) else ()

    def _list(self, tensor: KerasTensor, kind: str, parent: str | None) -> None:
        """List the layers on the way to a tensor, sources first."""
        if id(tensor) in self._seen:
            return
        self._seen.add(id(tensor))
        for source in tensor.sources:
            self._list(source, kind, parent)
        maker = tensor.maker
        if isinstance(maker, KerasLayer):
            self._calls.setdefault(id(maker), []).append(tensor)
            self._enter(maker, parent)
        elif isinstance(maker, KerasModel):
            self._list_nested(tensor, maker)
        elif tensor.input_layer is not None and kind == "functional" and parent is None:
            self._enter(tensor.input_layer, parent)

    def _list_nested(self, tensor: KerasTensor, model: KerasModel) -> None:
        inputs, outputs = self.ends_of(model)
        for own, outer in zip(inputs, tensor.sources, strict=False):
            self._outer.setdefault(id(own), []).append(outer)
        if model.kind == "subclass" or model.spoiled:
            self._list_attributes(model, model.name)
            return
        for end in (*inputs, *outputs):
            self._list(end, model.kind, model.name)

    def _list_attributes(self, model: KerasModel, parent: str | None) -> None:
        from nbdiag.static.keras_library import held_by

        for part in held_by(model):
            if isinstance(part, KerasModel):
                self._list_attributes(part, part.name)
            else:
                self._enter(part, parent)

    def _enter(self, layer: KerasLayer, parent: str | None) -> None:
        if all(item is not layer for item, _ in self.layers):
            self.layers.append((layer, parent))

    def _layer(self, layer: KerasLayer, parent: str | None, *, joined: bool) -> Layer:
        names: list[str] = []
        operations: list[str] = []
        calls = self._calls.get(id(layer), []) if joined else []
        for tensor in calls:
            for source in tensor.sources:
                self._back(source, names, operations)
        activation = layer_activation(layer) if is_known(layer) else None
        shapes = self._shapes_before(layer)
        before = shapes[0] if len(shapes) == 1 else None
        after = self._shapes.get(id(calls[-1])) if calls else None
        return Layer(
            name=layer.name,
            class_name=layer.class_name,
            builtin=is_known(layer),
            parent=parent,
            activation="custom" if isinstance(activation, Unknown) else activation,
            units=units_of(layer),
            config=config_of(layer) if is_known(layer) else {},
            input_shape=before if before is not None else Missing("the text does not show it"),
            output_shape=after if after is not None else Missing("the text does not show it"),
            parameters=_at_least(self._weights(layer)),
            trainable=layer.trainable is not False,
            inbound=tuple(dict.fromkeys(names)),
            operations=tuple(operations),
            site=layer.site,
            application=layer.application,
        )

    def _weights(self, layer: KerasLayer) -> int | None:
        shapes = self._shapes_before(layer)
        return weights_of(layer, shapes[0] if len(shapes) == 1 else None)

    def _shapes_before(self, layer: KerasLayer) -> list[Shape | None]:
        calls = self._calls.get(id(layer), [])
        return [self.shape_of(source) for source in calls[-1].sources] if calls else []

    def _back(self, tensor: KerasTensor, names: list[str], operations: list[str]) -> None:
        """Find the layers that return a tensor, and the operations in between."""
        maker = tensor.maker
        if isinstance(maker, KerasLayer):
            names.append(maker.name)
        elif isinstance(maker, KerasModel):
            outputs = self.ends_of(maker)[1]
            if outputs:
                self._back(outputs[min(tensor.place, len(outputs) - 1)], names, operations)
            else:
                operations.append(maker.name)
        elif isinstance(maker, str):
            operations.append(maker)
            for source in tensor.sources:
                self._back(source, names, operations)
        elif id(tensor) in self._outer:
            for outer in self._outer[id(tensor)]:
                self._back(outer, names, operations)
        elif tensor.input_layer is not None:
            names.append(tensor.input_layer.name)

    def shape_of(self, tensor: KerasTensor) -> Shape | None:
        """Return the shape of one sample of a tensor, None where it is not known."""
        if id(tensor) not in self._shapes:
            self._shapes[id(tensor)] = None
            self._shapes[id(tensor)] = self._inferred(tensor)
        return self._shapes[id(tensor)]

    def _inferred(self, tensor: KerasTensor) -> Shape | None:
        maker = tensor.maker
        if maker is None:
            outer = self._outer.get(id(tensor))
            return tensor.shape or (self.shape_of(outer[0]) if outer else None)
        if isinstance(maker, KerasLayer):
            if tensor.place:
                return None
            return output_shape(maker, [self.shape_of(source) for source in tensor.sources])
        if isinstance(maker, KerasModel) and not maker.spoiled:
            outputs = self.ends_of(maker)[1]
            return self.shape_of(outputs[tensor.place]) if tensor.place < len(outputs) else None
        return None

    def _head(self, tensor: KerasTensor) -> Head:
        shape = self.shape_of(tensor)
        head = _End(self).read(tensor)
        units = shape[-1] if shape else self._width(tensor)
        return replace(
            head,
            output=self._output_name(tensor),
            shape=Missing("the text does not show it") if shape is None else shape,
            units=units,
        )

    def _output_name(self, tensor: KerasTensor) -> str:
        maker = tensor.maker
        return maker.name if isinstance(maker, KerasLayer | KerasModel) else ""

    def _width(self, tensor: KerasTensor) -> int | None:
        """Return the size of the last axis where the rest of the shape is not known."""
        maker = tensor.maker
        if isinstance(maker, KerasModel) and not maker.spoiled:
            outputs = self.ends_of(maker)[1]
            return self._width(outputs[0]) if len(outputs) == 1 else None
        if not isinstance(maker, KerasLayer) or not is_known(maker) or tensor.place:
            return None
        if maker.class_name in _SAME and len(tensor.sources) == 1:
            return self._width(tensor.sources[0])
        return units_of(maker) if maker.class_name in _WIDE else None


@dataclass
class _End:
    """Walks back from an output to the layer that decides the range of its values."""

    record: ModelRecord
    linear: KerasLayer | None = None
    last: bool = True

    def read(self, tensor: KerasTensor) -> Head:
        maker = tensor.maker
        if isinstance(maker, KerasModel) and not maker.spoiled:
            outputs = self.record.ends_of(maker)[1]
            if tensor.place < len(outputs):
                return self.read(outputs[tensor.place])
        if not isinstance(maker, KerasLayer):
            return Head("", Missing("the text does not show the layer that makes the output"))
        if not is_known(maker):
            return Head("", Missing(f"the text does not show what {maker.class_name} returns"))
        if maker.class_name in _MOVING and len(tensor.sources) == 1:
            self.last = False
            return self.read(tensor.sources[0])
        if maker.class_name in _ACTIVATIONS:
            return self._of_activation(maker, tensor)
        return self._decide(maker)

    def _of_activation(self, maker: KerasLayer, tensor: KerasTensor) -> Head:
        own = layer_activation(maker)
        if own == "linear" and len(tensor.sources) == 1:
            self.linear, self.last = self.linear or maker, False
            return self.read(tensor.sources[0])
        below = tensor.sources[0].maker if len(tensor.sources) == 1 else None
        weights = below.name if isinstance(below, KerasLayer) and units_of(below) else None
        return self._head(own, maker, weights)

    def _decide(self, maker: KerasLayer) -> Head:
        own = layer_activation(maker)
        weights = maker.name if units_of(maker) is not None else None
        if maker.class_name in _UNBOUNDED:
            return Head("", "linear", self.linear.name if self.linear else None, weights)
        if own is None:
            lack = Missing(f"the output is made by a {maker.class_name} layer, without activation")
            return Head("", lack)
        layer = self.linear if self.linear is not None and own == "linear" else maker
        return self._head(own, layer, weights)

    def _head(self, own: str | Unknown | None, layer: KerasLayer, weights: str | None) -> Head:
        if not isinstance(own, str):
            return Head("", Missing("the text does not show the activation of the output"))
        axis = -1 if own == "softmax" else None
        if own == "softmax" and layer.class_name == "Softmax":
            found = config_of(layer).get("axis", -1)
            axis = found if isinstance(found, int) else None
        direct = own in _SHORTCUT and self.last and layer.class_name != "TimeDistributed"
        return Head(
            "", own, layer.name, weights, softmax_axis=axis, keeps_logits=direct and own in KNOWN
        )


def _unknown_layer(model: KerasModel, place: int) -> KerasLayer:
    return KerasLayer(UNKNOWN_PART, model.site, f"{model.name}_part_{place}", builtin=False)


def _declared(layer: KerasLayer) -> Shape | None:
    """Return the shape of one sample that the first layer of a model declares."""
    named = layer.given.named if layer.given is not None else {}
    if (whole := sizes_of(named.get("batch_input_shape", named.get("batch_shape")))) is not None:
        return whole[1:]
    if layer.class_name == "InputLayer" and layer.given is not None:
        return sizes_of(layer.given.get(0, "shape", "input_shape"))
    found = sizes_of(named.get("input_shape"))
    if found is None and layer.class_name != "Embedding":
        found = sizes_of(named.get("input_dim"))
    return found


def _at_least(count: int | None) -> int:
    """Return a number of weights: 1 for some that the text does not count."""
    return 1 if count is None else count


def known_outputs(heads: Iterable[Head]) -> list[Shape | None]:
    """Return the shapes of outputs, as far as they are known: the last axis at least."""
    return [
        (head.units,)
        if isinstance(head.shape, Missing) and head.units
        else None
        if isinstance(head.shape, Missing)
        else head.shape
        for head in heads
    ]
