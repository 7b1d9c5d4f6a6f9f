"""A training as bytes, and made again from them in another process.

Keras pickles a model by its configuration, which holds neither the code nor the attributes of the
user's classes. Here each part travels as `nbdiag.trial.setup.layers` copies it: by its settings
where it has them, and by what its code has stored where it has none. Functions and classes of the
notebook travel as cloudpickle sends them.
"""

import io
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import keras
import numpy as np

from nbdiag.capture.fit.callback_list import listed, steers
from nbdiag.capture.state_guard import preserve_state
from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild
from nbdiag.language import Reason
from nbdiag.trial.setup.attribute_copy import begun, is_custom, keras_class, stored_names
from nbdiag.trial.setup.compile import compile_arguments, optimizer_settings
from nbdiag.trial.setup.fit_arguments import fresh_callback, row_count, take
from nbdiag.trial.setup.layer_copy import copy_layer, kept_weights, lambda_settings, settings_of
from nbdiag.trial.setup.layers import check_kind, has_graph, input_spec
from nbdiag.trial.setup.training import Setup
from nbdiag.trial.worker import CannotSend

_MOST = 512 * 2**20
"""Bytes of data that are copied to another process."""


def sent(value: Any) -> bytes:
    """Pickle a value; a `Setup` in it as another process can make it again.

    Raises
    ------
    CannotSend
        When something in it cannot be sent, which is named.
    """
    try:
        with preserve_state(runs_user_code=True), _own_modules_by_value():
            stream = io.BytesIO()
            _Pickler(stream, protocol=5).dump(value)
            return stream.getvalue()
    except CannotSend:
        raise
    except Reason as problem:
        raise CannotSend("{problem}", problem=problem.said()) from problem
    except Exception as problem:
        raise CannotSend("{problem}", problem=problem) from problem


@dataclass(frozen=True)
class _Parts:
    """A setup in parts that can be pickled."""

    model: Any
    weights: list[tuple[str, list[Any]]]
    compile: dict[str, Any]
    fit_arguments: dict[str, Any]
    learning_rate: float | None
    classes: dict[str, Any]


def _parts(setup: Setup) -> _Parts:
    given = dict(setup.fit_arguments)
    size = sum(item.nbytes for item in keras.tree.flatten(given) if hasattr(item, "nbytes"))
    if size > _MOST:
        raise CannotSend("its data take {size:.1f} GB", size=size / 2**30)
    given["callbacks"] = [
        fresh_callback(item) if steers(item) else _LeftOut(type(item).__name__)
        for item in listed(given.get("callbacks"))
    ]
    layers = _single_layers(setup.model)
    custom = {type(item).__name__: type(item) for item in layers if is_custom(item)}
    return _Parts(
        setup.model,
        [
            (type(item).__name__, [np.asarray(weight) for weight in kept_weights(item)])
            for item in layers
        ],
        compile_arguments(setup.model, UNCHANGED, setup.learning_rate),
        given,
        setup.learning_rate,
        {**keras.saving.get_custom_objects(), **custom},
    )


def _made(parts: _Parts) -> Setup:
    model = parts.model
    # Configurations of wrappers name the class of the layer inside.
    keras.saving.get_custom_objects().update(parts.classes)
    arguments = {
        **parts.fit_arguments,
        "callbacks": [
            item.callback() if isinstance(item, _LeftOut) else item
            for item in parts.fit_arguments["callbacks"]
        ],
    }
    if not model.built or not has_graph(model):
        if not row_count(arguments.get("x")):
            raise CannotRebuild("no sample was seen of the data")
        model(take(arguments["x"], np.arange(1)))
    layers = _single_layers(model)
    for layer, (kind, values) in zip(layers, parts.weights, strict=True):
        weights = kept_weights(layer)
        if type(layer).__name__ != kind or len(weights) != len(values):
            raise CannotRebuild("the layer {name!r} came out as another one", name=layer.name)
        for weight, value in zip(weights, values, strict=True):
            weight.assign(value)
        if values and hasattr(layer, "finalize_state"):
            layer.finalize_state()
    model.compile(**parts.compile)
    return Setup(model, arguments, parts.learning_rate)


def _single_layers(model: Any) -> list[Any]:
    every = model._flatten_layers()  # noqa: SLF001 - the only walk that enters wrappers
    return [item for item in every if not isinstance(item, keras.Model | keras.layers.InputLayer)]


@dataclass(frozen=True)
class _LeftOut:
    """A callback that takes no part in a trial: its name is all there is to say of it."""

    name: str

    def callback(self) -> Any:
        return type(self.name, (keras.callbacks.Callback,), {})()


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle is untyped here
    """Pickles objects of Keras by what makes them again."""

    def reducer_override(self, item: Any) -> Any:
        kind = type(item)
        if isinstance(item, type) or kind.__module__ == "builtins":
            return super().reducer_override(item)
        if isinstance(item, Setup):
            return _made, (_parts(item),)
        if kind.__module__.split(".")[0] in ("keras", "tensorflow"):
            for plain in (list, dict, set):
                if isinstance(item, plain):  # what Keras makes of a list that a layer stores
                    return plain, (plain(item),)
        for known, reduce in _REDUCTIONS:
            if isinstance(item, known):
                return reduce(item)
        if kind.__module__.startswith("tensorflow") and keras.ops.is_tensor(item):
            return keras.ops.convert_to_tensor, (keras.ops.convert_to_numpy(item),)
        return super().reducer_override(item)


def _of_model(model: Any) -> Any:
    if not has_graph(model):
        return _by_attributes(model)
    check_kind(model)
    graph = _stack_of(model) if isinstance(model, keras.Sequential) else _graph_of(model)
    if not is_custom(model):
        return (_sequential if isinstance(model, keras.Sequential) else _functional), graph
    names = {name: getattr(model, name) for name in stored_names(model)}
    return _begun_over, (type(model), graph), names, None, None, _set_attributes


def _stack_of(model: Any) -> tuple[Any, ...]:
    return input_spec(model), list(model.layers), model.name, model.trainable


def _sequential(spec: Mapping[str, Any], layers: list[Any], name: str, trainable: bool) -> Any:
    return _switched(keras.Sequential([keras.Input(**spec), *layers], name=name), trainable)


@dataclass(frozen=True)
class _Place:
    """A tensor of a graph, by its number."""

    number: int


def _graph_of(model: Any) -> tuple[Any, ...]:
    """Take a functional model to pieces: its inputs, its calls in order, its outputs."""
    numbers = {id(item): number for number, item in enumerate(model.inputs)}
    inputs = [
        {"batch_shape": item.shape, "dtype": item.dtype, "name": item.name} for item in model.inputs
    ]

    def placed(value: Any) -> Any:
        return _Place(numbers[id(value)]) if isinstance(value, keras.KerasTensor) else value

    calls = []
    for depth in sorted(model._nodes_by_depth, reverse=True):  # noqa: SLF001 - no public walk
        for node in model._nodes_by_depth[depth]:  # noqa: SLF001
            if node.is_input:
                continue
            arguments = keras.tree.map_structure(
                placed, (node.arguments.args, node.arguments.kwargs)
            )
            own = list(range(len(numbers), len(numbers) + len(node.outputs)))
            numbers |= dict(zip(map(id, node.outputs), own, strict=True))
            calls.append((node.operation, arguments, own))
    ends = (model._inputs_struct, model._outputs_struct)  # noqa: SLF001 - names of dictionaries
    structures = keras.tree.map_structure(placed, ends)
    return inputs, calls, structures, model.name, model.trainable


def _functional(
    inputs: list[dict[str, Any]],
    calls: list[Any],
    structures: Any,
    name: str,
    trainable: bool,
) -> Any:
    tensors = {number: keras.Input(**spec) for number, spec in enumerate(inputs)}

    def found(value: Any) -> Any:
        return tensors[value.number] if isinstance(value, _Place) else value

    for operation, arguments, own in calls:
        args, kwargs = keras.tree.map_structure(found, arguments)
        outputs = keras.tree.flatten(operation(*args, **kwargs))
        tensors.update(zip(own, outputs, strict=True))
    first, last = keras.tree.map_structure(found, structures)
    return _switched(keras.Model(first, last, name=name), trainable)


def _switched(model: Any, trainable: bool) -> Any:
    if not trainable:
        # Not the setter, which would switch every layer.
        model._trainable = False  # noqa: SLF001
    return model


def _begun_over(kind: Any, graph: tuple[Any, ...]) -> Any:
    """Begin a model of the user's class over a graph."""
    sequential = issubclass(kind, keras.Sequential)
    plain = (_sequential if sequential else _functional)(*graph)
    new: Any = kind.__new__(kind)
    begin = keras_class(new).__init__
    if sequential:
        begin(new, plain.layers, name=plain.name)
    else:
        begin(new, inputs=plain.inputs, outputs=plain.outputs, name=plain.name)
    return new


def _of_layer(layer: Any) -> Any:
    """Send a layer by its settings; one of a custom class that has none, by its attributes."""
    if isinstance(layer, keras.layers.Lambda):
        settings = lambda_settings(layer)
        return _called, (type(layer), settings | {"dtype": _policy(settings["dtype"])})
    if is_custom(layer):
        try:
            copy_layer(layer)
        except CannotRebuild:
            return _by_attributes(layer)
    return _from_settings, (type(layer), settings_of(layer))


def _by_attributes(layer: Any) -> Any:
    names = {name: getattr(layer, name) for name in stored_names(layer)}
    made = (type(layer), layer.name, layer.trainable, _policy(layer.dtype_policy))
    return begun, made, names, None, None, _set_attributes


def _policy(policy: Any) -> Any:
    return getattr(policy, "name", policy)


def _set_attributes(new: Any, names: Mapping[str, Any]) -> None:
    for name, value in names.items():
        setattr(new, name, value)


def _called(kind: Callable[..., Any], settings: Mapping[str, Any]) -> Any:
    return kind(**settings)


def _from_settings(kind: Any, settings: dict[str, Any]) -> Any:
    return kind.from_config(settings)


def _of_optimizer(optimizer: Any) -> Any:
    return _from_settings, (type(optimizer), optimizer_settings(optimizer))


def _of_metric(metric: Any) -> Any:
    return _from_settings, (type(metric), metric.get_config())


def _of_plain(thing: Any) -> Any:
    """Send what Keras would save, and is nothing but its attributes."""
    return _bare, (type(thing),), vars(thing)


def _bare(kind: Any) -> Any:
    return kind.__new__(kind)


def _of_seeds(generator: Any) -> Any:
    return keras.random.SeedGenerator, (generator._initial_seed,)  # noqa: SLF001 - as it was made


def _of_policy(policy: Any) -> Any:
    return keras.DTypePolicy, (policy.name,)


def _of_variable(variable: Any) -> Any:
    raise CannotSend("the weight {name!r} is made outside of build", name=variable.name)


_REDUCTIONS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (keras.Model, _of_model),
    ((keras.Layer, keras.Operation), _of_layer),
    (keras.optimizers.Optimizer, _of_optimizer),
    (keras.Metric, _of_metric),
    (keras.Loss, _of_plain),
    (keras.random.SeedGenerator, _of_seeds),
    (keras.Variable, _of_variable),
    (keras.DTypePolicy, _of_policy),
)


@contextmanager
def _own_modules_by_value() -> Iterator[None]:
    """Send the code of the user's modules as it is loaded here: their files may have changed."""
    modules = [module for module in tuple(sys.modules.values()) if _is_users(module)]
    known = cloudpickle.list_registry_pickle_by_value()
    added = [module for module in modules if module.__name__ not in known]
    for module in added:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in added:
            cloudpickle.unregister_pickle_by_value(module)


_INSTALLED = tuple(
    str(Path(sysconfig.get_path(name)).resolve())
    for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
_OURS = str(Path(__file__).resolve().parents[2])


def _is_users(module: ModuleType) -> bool:
    name, file = getattr(module, "__name__", ""), getattr(module, "__file__", None)
    if not file or name in ("__main__", "__mp_main__") or sys.modules.get(name) is not module:
        return False
    if "site-packages" in file or "dist-packages" in file or file.startswith(sys.base_prefix):
        return False
    return not file.startswith((*_INSTALLED, _OURS))
