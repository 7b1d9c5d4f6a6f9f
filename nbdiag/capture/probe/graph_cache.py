"""Traced probes that fit more than one model: a cell that is run again traces nothing again.

A probe takes the values of all variables as arguments, so its graph holds nothing of the model but
its structure. Where the structure is all there is to know (layers and losses of Keras' own, no
function of the user's), the graph serves every model that is built alike. A graph is kept, the
model and the data are not.
"""

import inspect
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbdiag.capture.model.config import is_builtin
from nbdiag.capture.model.layers import graph_of, walk
from nbdiag.keras_api.class_words import snake_case
from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing

# A graph takes about a megabyte; a notebook trains few forms by turns.
_MOST = 8
# Layers that compute from their settings, their variables and their input alone: none that was
# adapted to data, and none with a function of the user's.
_LAYERS = tuple(
    f"keras.src.layers.{family}."
    for family in (
        "activations", "attention", "convolutional", "core", "merging", "normalization", "pooling",
        "regularization", "reshaping", "rnn",
    )
)  # fmt: skip
_OWN_CODE = {"Lambda", "Wrapper"}
_MODELS = ("Sequential", "Functional")
_KEPT: "OrderedDict[str, Graph]" = OrderedDict()


@dataclass(frozen=True)
class Graph:
    """A traced probe.

    Attributes
    ----------
    function
        Takes variables' values and a batch, gives tensors.
    form
        Where these tensors belong.
    output_shapes
        Shapes of one sample's outputs.
    names
        Names that the layers had when it was traced, in order.
    """

    function: Any
    form: dict[str, Any]
    output_shapes: tuple[Shape | Missing, ...]
    names: tuple[str, ...]


def find_graph(key: str, model: Any) -> Graph | None:
    """Find the graph of a structure, its layers named as in this model; None when it is new."""
    graph = _KEPT.get(key)
    if graph is None:
        return None
    _KEPT.move_to_end(key)
    names = _names(model)
    renamed = dict(zip(graph.names, names, strict=True))
    form = graph.form | {
        part: {renamed[name]: item for name, item in graph.form[part].items()}
        for part in ("activations", "pictures")
        if part in graph.form
    }
    return Graph(graph.function, form, graph.output_shapes, names)


def keep_graph(
    key: str,
    model: Any,
    function: Any,
    form: dict[str, Any],
    output_shapes: tuple[Shape | Missing, ...],
) -> None:
    """Keep a graph for models to come; one that captures tensors is for this model only."""
    if function.graph.captures:
        return
    _KEPT[key] = Graph(function, form, output_shapes, _names(model))
    while len(_KEPT) > _MOST:
        _KEPT.popitem(last=False)


def structure_of(model: Any, loss: Any, spec: Any) -> str | None:
    """Describe all that the graph of a probe depends on.

    Parameters
    ----------
    model, loss
        The Keras model, built, and its loss as the probe calls it.
    spec
        Shapes and types of inputs, labels and weights.

    Returns
    -------
    str or None
        None where code of the user's has a say.
    """
    import keras
    import tensorflow as tf

    if not _is_known_model(model) or tf.distribute.has_strategy():
        return None
    parts = [item for item in model._flatten_layers(include_self=False)]  # noqa: C416, SLF001
    if not all(map(_is_known, parts)):
        return None
    names = {part.name: f"\0{place}" for place, part in enumerate(parts) if _is_automatic(part)}
    try:
        return json.dumps(
            [
                [_own(part, names) for part in parts],
                [_connections(part) for part in (model, *parts) if _is_model(part)],
                [bool(part.trainable) for part in parts],
                [_described(variable) for variable in model.trainable_variables],
                [_described(variable) for variable in model.non_trainable_variables],
                _loss(loss),
                repr(spec),
                keras.config.floatx(),
                keras.config.epsilon(),
            ]
        )
    except (AttributeError, KeyError, NotImplementedError, TypeError, ValueError):
        # What has no plain description is not known well enough.
        return None


def _own(layer: Any, names: Mapping[str, str]) -> list[Any]:
    """Describe a layer by itself; of a model, whose layers are described, the kind."""
    # A model's get_config would put annotations on classes of Keras that have none.
    config = {} if _is_model(layer) else _renamed(layer.get_config(), names)
    return [type(layer).__module__, type(layer).__name__, config]


def _connections(model: Any) -> list[Any]:
    """Describe which layer takes what, in the order in which Keras runs them.

    Raises
    ------
    TypeError
        For a graph with operations that are not layers.
    AttributeError
        For a model without a graph.
    """
    import keras

    graph = graph_of(model)
    places = {id(operation): place for place, operation in enumerate(graph.operations)}
    # The mask of an embedding is made by an operation that is all in its arguments.
    if any(
        not isinstance(operation, keras.Layer) and type(operation).__name__ != "NotEqual"
        for operation in graph.operations
    ):
        raise TypeError("an operation that is not a layer")

    def place_of(item: Any) -> Any:
        if not isinstance(item, keras.KerasTensor):
            return item
        made = item._keras_history  # noqa: SLF001 - the graph's own record
        return [places[id(made.operation)], made.node_index, made.tensor_index]

    def placed(structure: Any) -> Any:
        return keras.tree.map_structure(place_of, structure)

    runs = [
        [places[id(node.operation)], placed(node.arguments.args), placed(node.arguments.kwargs)]
        for _, nodes in sorted(graph._nodes_by_depth.items(), reverse=True)  # noqa: SLF001
        for node in nodes
        if not node.is_input
    ]
    kinds = [type(operation).__name__ for operation in graph.operations]
    return [kinds, runs, placed(graph._inputs_struct), placed(graph._outputs_struct)]  # noqa: SLF001


def _is_model(layer: Any) -> bool:
    return type(layer).__name__ in _MODELS


def _names(model: Any) -> tuple[str, ...]:
    return tuple(layer.name for layer, _ in walk(model))


def _is_known_model(model: Any) -> bool:
    kind = type(model)
    return (
        kind.__name__ in _MODELS
        and is_builtin(kind)
        and not {"call", "compute_loss"} & set(vars(model))
    )


def _is_known(layer: Any) -> bool:
    if _is_model(layer):
        return _is_known_model(layer)
    kind = type(layer)
    return (
        kind.__module__.startswith(_LAYERS)
        and kind.__name__ not in _OWN_CODE
        and not {"call", "__call__"} & set(vars(layer))
        and all(_is_keras(value) for value in vars(layer).values() if callable(value))
    )


def _is_keras(value: Any) -> bool:
    """Whether a function or a callable object is Keras' own."""
    maker = value if inspect.isroutine(value) or inspect.isclass(value) else type(value)
    return str(getattr(maker, "__module__", "")).startswith("keras.")


def _is_automatic(layer: Any) -> bool:
    pattern = rf"((for|back)ward_)?{re.escape(snake_case(type(layer).__name__))}(_\d+)?"
    return re.fullmatch(pattern, layer.name) is not None


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Put places for the automatic names, which count on from model to model."""
    if isinstance(value, Mapping):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _described(variable: Any) -> tuple[list[int], str]:
    return [int(size) for size in variable.shape], str(variable.dtype)


def _loss(loss: Any) -> Any:
    """Describe a loss of Keras' own; raises TypeError for any other."""
    import keras

    if loss is None:
        return None
    if isinstance(loss, Missing):
        raise TypeError(loss.reason)
    if hasattr(loss, "_user_loss"):
        return [_loss(loss._user_loss), loss._user_loss_weights]  # noqa: SLF001 - as in fresh_loss
    if isinstance(loss, Mapping):
        return {str(key): _loss(item) for key, item in loss.items()}
    if isinstance(loss, list | tuple):
        return [_loss(item) for item in loss]
    made = keras.losses.get(loss)
    if not _is_keras(made):
        raise TypeError("a custom loss")
    if inspect.isroutine(made):
        return made.__name__
    if not is_builtin(type(made)) or not _is_keras(getattr(made, "fn", made)):
        raise TypeError("a custom loss")
    return [type(made).__name__, made.get_config()]
