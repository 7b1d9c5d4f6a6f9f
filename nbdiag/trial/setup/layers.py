"""The model again, with other layers: the part of a rebuild that concerns the graph."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from nbdiag.edits.live.edits import CannotRebuild, LiveEdits, NewObject
from nbdiag.trial.setup.attribute_copy import bare, copy_by_attributes, is_custom, keras_class
from nbdiag.trial.setup.layer_copy import carry_state, copy_layer


def new_layer(new: NewObject, name: str | None = None) -> Any:
    """Make a layer of Keras' own by the name of its class.

    Raises
    ------
    CannotRebuild
        When Keras has no such layer, or it refuses the arguments.
    """
    maker = getattr(keras.layers, new.name, None)
    if maker is None:
        raise CannotRebuild("Keras has no layer called {class_name}", class_name=new.name)
    try:
        return maker(**{"name": name, **new.arguments} if name else dict(new.arguments))
    except (TypeError, ValueError) as problem:
        raise CannotRebuild(
            "{class_name} refuses its arguments: {problem}", class_name=new.name, problem=problem
        ) from problem


def _made(every: Sequence[NewObject]) -> list[Any]:
    return [new_layer(item) for item in every]


class Rebuilder:
    """Makes one model again, with fresh weights and with the edits; to be used once.

    Parameters
    ----------
    edits
        What should differ.
    scalers
        Layers that should come directly after the input, in order.
    """

    def __init__(self, edits: LiveEdits, scalers: Sequence[Any] = ()) -> None:
        self._edits = edits
        self._scalers = scalers
        self._copies: dict[int, tuple[Any, Any]] = {}

    def model(self, model: Any, sample: Callable[[], Any]) -> Any:
        """Make the model again.

        Parameters
        ----------
        model
            The user's; it is only read.
        sample
            Returns a batch of one, to build a model that its code builds.

        Raises
        ------
        CannotRebuild
            When the model is not built or holds what cannot be copied, or an edit does not fit it.
        """
        if not has_graph(model):
            return self._from_code(model, sample)
        check_kind(model)
        unknown = self._edits.named - layer_names(model)
        if unknown:
            raise CannotRebuild(
                "the model has no layer called {names}", names=", ".join(sorted(unknown))
            )
        fixed = {item.name for item in model.inputs} & (self._edits.named - {*self._edits.after})
        if fixed:
            raise CannotRebuild(
                "{names} is an input, with nothing before it", names=", ".join(sorted(fixed))
            )
        if self._scalers and len(model.inputs) != 1:
            raise CannotRebuild("the model has several inputs, and which one to scale is not said")
        try:
            copy = self._copy_model(model, self._scalers)
        except (TypeError, ValueError) as problem:
            raise CannotRebuild(
                "the changed model cannot be built: {problem}", problem=problem
            ) from problem
        self._carry_states()
        return copy

    def _carry_states(self) -> None:
        for old, new in self._copies.values():
            if isinstance(old, keras.Layer) and not isinstance(old, keras.Model):
                carry_state(old, new)

    def _from_code(self, model: Any, sample: Callable[[], Any]) -> Any:
        """Copy a model whose code builds it: only its layers are known."""
        kind = type(model).__name__
        names = {item.name for item in model._flatten_layers()}  # noqa: SLF001 - no public walk
        unknown = self._edits.named - names
        if unknown:
            raise CannotRebuild(
                "the model has no layer called {names}", names=", ".join(sorted(unknown))
            )
        if self._edits.reshaped or self._scalers:
            raise CannotRebuild(
                "what comes before and after a layer is in the code of {kind}", kind=kind
            )
        copy = self._copy_operation(model)
        try:
            copy(sample())
        except Exception as problem:
            raise CannotRebuild(
                "a copy of {kind} cannot be called: {problem}", kind=kind, problem=problem
            ) from problem
        self._carry_states()
        return copy

    def _copy_model(self, model: Any, scalers: Sequence[Any] = ()) -> Any:
        copy = self._copy_graph(model, scalers)
        if not is_custom(model):
            return copy
        new = bare(model)
        # Not `keras.Model.__init__`: it puts Functional among the bases, which it has done before.
        begin = keras_class(model).__init__
        if isinstance(model, keras.Sequential):
            begin(new, copy.layers, name=model.name)
        else:
            begin(new, inputs=copy.inputs, outputs=copy.outputs, name=model.name)
        return copy_by_attributes(model, self._copy_operation, new)

    def _copy_graph(self, model: Any, scalers: Sequence[Any]) -> Any:
        if isinstance(model, keras.Sequential):
            return self._copy_sequential(model, scalers)
        # A twin over the same graph that is not compiled: clone_model would also copy the
        # compile settings, and fail on a custom loss.
        twin = keras.Model(model.input, model.output, name=model.name)
        call = _Call(self._edits, scalers, model)
        return keras.models.clone_model(
            twin, clone_function=self._copy_operation, call_function=call
        )

    def _copy_sequential(self, model: Any, scalers: Sequence[Any]) -> Any:
        given = keras.Input(**input_spec(model))
        stack = [given, *scalers, *_made(self._edits.after.get(given.name, ()))]
        for old in model.layers:
            new = self._copy_operation(old)
            kept = () if old.name in self._edits.removed else (new,)
            stack += [
                *_made(self._edits.before.get(old.name, ())),
                *kept,
                *_made(self._edits.after.get(old.name, ())),
            ]
        return keras.Sequential(stack, name=model.name)

    def _copy_operation(self, old: Any) -> Any:
        if id(old) not in self._copies:
            self._copies[id(old)] = (old, self._new_operation(old))
        return self._copies[id(old)][1]

    def _new_operation(self, old: Any) -> Any:
        if isinstance(old, keras.Model):
            if not has_graph(old):
                return copy_by_attributes(old, self._copy_operation)
            check_kind(old)
            return self._copy_model(old)
        replacement = self._edits.replaced.get(old.name)
        if replacement:
            return new_layer(replacement, old.name)
        changed = self._edits.arguments.get(old.name)
        try:
            return copy_layer(old, changed)
        except CannotRebuild:
            if changed or not is_custom(old) or not isinstance(old, keras.Layer):
                raise
            return copy_by_attributes(old, self._copy_operation)


class _Call:
    """Calls the copied layers of a functional model, and the inserted ones around them."""

    def __init__(self, edits: LiveEdits, scalers: Sequence[Any], model: Any) -> None:
        self._edits = edits
        self._scalers = scalers
        self._inputs = {item.name for item in model.inputs}
        self._scaled: dict[int, Any] = {}
        self._called: set[str] = set()

    def __call__(self, layer: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = keras.tree.map_structure(self._from_input, (args, kwargs))
        changed = layer.name in self._edits.reshaped
        if changed and layer.name in self._called:
            raise CannotRebuild("the layer {name!r} is used in several places", name=layer.name)
        self._called.add(layer.name)
        for extra in _made(self._edits.before.get(layer.name, ())):
            args = (extra(_one(args, layer)), *args[1:])
        removed = layer.name in self._edits.removed
        result = _one(args, layer) if removed else layer(*args, **kwargs)
        for extra in _made(self._edits.after.get(layer.name, ())):
            result = extra(result)
        return result

    def _from_input(self, value: Any) -> Any:
        """Return what comes after the input, for a tensor that comes straight from it."""
        if not isinstance(value, keras.KerasTensor) or value.name not in self._inputs:
            return value
        if id(value) not in self._scaled:
            result = value
            for layer in self._after(value.name):
                result = layer(result)
            self._scaled[id(value)] = result
        return self._scaled[id(value)]

    def _after(self, name: str) -> list[Any]:
        return [*self._scalers, *_made(self._edits.after.get(name, ()))]


def _one(args: tuple[Any, ...], layer: Any) -> Any:
    if not args or not isinstance(args[0], keras.KerasTensor):
        raise CannotRebuild("the layer {name!r} does not take exactly one input", name=layer.name)
    return args[0]


def input_spec(model: Any) -> dict[str, Any]:
    """Return the arguments of the input of a Sequential."""
    given = model.inputs[0]
    shape = given.shape
    if not any(getattr(layer, "stateful", False) for layer in model.layers):
        # A model without an Input was built on the first batch, whose size says nothing.
        shape = (None, *shape[1:])
    return {"batch_shape": shape, "dtype": given.dtype, "name": given.name}


def layer_names(model: Any) -> set[str]:
    """Names of all layers, of nested models and of the inputs."""
    names = {item.name for item in model.inputs}
    for layer in model.layers:
        names |= {layer.name} | (layer_names(layer) if isinstance(layer, keras.Model) else set())
    return names


def has_graph(model: Any) -> bool:
    """Whether a model is made of layers in an order that is known, and not by its code."""
    return isinstance(model, keras.Sequential) or bool(getattr(model, "_nodes", None))


def check_kind(model: Any) -> None:
    """Raise `CannotRebuild` unless the model's graph is all there is to know about its layers."""
    if isinstance(model, keras.Sequential) and not model.built:
        raise CannotRebuild("the model has not been built: it has never seen data")
    kind = keras.Sequential if isinstance(model, keras.Sequential) else type(_plain_functional())
    if type(model).call is not kind.call:
        raise CannotRebuild(
            "{kind} has a custom {method}, which a copy would lose",
            kind=type(model).__name__,
            method="call",
        )


def _plain_functional() -> Any:
    # The class of `keras.Model(inputs, outputs)` has no public name.
    tensor = keras.Input((1,))
    return keras.Model(tensor, tensor)
