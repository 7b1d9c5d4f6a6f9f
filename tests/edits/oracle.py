"""What a cell sets up, as plain values, and what the changes should make of it."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from nbdiag.schema.changes import Change, in_order
from tests.edits import fake_keras as fake
from tests.edits.changes import tried
from tests.edits.notebooks import Story, play

SHAPES = ("input_shape", "input_dim", "batch_input_shape", "name", "inputs")
CLASSES = {name.lower(): name for name in fake.OPTIMIZERS}
LONG = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}
Node = dict[str, Any]


def setup_of(cells: Sequence[str], fit: int = -1, names: Mapping[str, Any] | None = None) -> dict:
    """Run cells and give the setup of one fit."""
    return describe(play(cells, names), fit)


def describe(story: Story, fit: int = -1) -> dict[str, Any]:
    model, given, _, record = story.fits[fit]
    return {
        "graph": graph(model),
        "shape": input_shape(model),
        "compile": compiled(model.compiled),
        "fit": {key: plain(value) for key, value in given.items()},
        "evaluated": [{k: plain(v) for k, v in item.items()} for item in record["evaluated"]],
        "fits": len(story.fits),
    }


def plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, fake.Dataset):
        return {"stream": [plain(part) for part in value.pair]}
    if isinstance(value, fake.Object):
        return {"object": value.class_name, **{k: plain(v) for k, v in value.given.items()}}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, fake.Layer):
        return layer_node(value, [])
    return value


def layer_node(layer: Any, inputs: list[Node]) -> Node:
    given = {k: plain(v) for k, v in layer.given.items() if k not in SHAPES}
    node: Node = {"class": layer.class_name, "name": layer.name, "given": given, "inputs": inputs}
    if layer.adapted is not None:
        node["adapted"] = layer.adapted.tolist()
    return node


def graph(model: Any) -> Any:
    """Expression of the model's outputs; the list of layers of a subclassed model."""
    if model.kind == "subclass":
        return {"layers": [layer_node(item, []) for item in model.layers]}
    return {"outputs": [tensor_node(tensor) for tensor in model.outputs]}


def tensor_node(tensor: Any) -> Any:
    if not isinstance(tensor, fake.Tensor):
        return plain(tensor)
    inputs = [tensor_node(item) for item in tensor.inputs]
    layer = tensor.layer
    if isinstance(layer, str):
        return {"class": layer, "name": "", "given": {}, "inputs": inputs}
    if isinstance(layer, fake.Sequential):
        node = inputs[0]
        for item in layer.layers:
            node = layer_node(item, [node])
        return node
    if isinstance(layer, fake.Model) and layer.kind == "functional":
        return {"class": "Model", "name": "", "given": graph(layer), "inputs": inputs}
    if layer.class_name == "InputLayer":
        return {"class": "InputLayer", "name": "", "given": {}, "inputs": []}
    return layer_node(layer, inputs)


def input_shape(model: Any) -> Any:
    if model.kind != "sequential":
        return None
    first = next(iter(model._stack), None)
    if isinstance(first, fake.Tensor):
        return list(first.layer.given.get("shape") or ())
    for item in model.layers[:2]:
        if item.class_name == "InputLayer":
            return list(item.given.get("shape") or ())
        if "input_shape" in item.given:
            return list(item.given["input_shape"])
        if "input_dim" in item.given and item.class_name != "Embedding":
            return [item.given["input_dim"]]
    return None


def compiled(given: Mapping[str, Any]) -> dict[str, Any]:
    result = {key: plain(value) for key, value in given.items()}
    optimizer = given.get("optimizer", "rmsprop")
    result["optimizer"] = (
        {"object": CLASSES[optimizer]} if isinstance(optimizer, str) else plain(optimizer)
    )
    result["loss"] = each(given.get("loss"), loss_value)
    result["metrics"] = metrics_value(given.get("metrics"))
    return result


def each(value: Any, function: Any) -> Any:
    if isinstance(value, dict):
        return {key: function(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [function(item) for item in value]
    return function(value)


def loss_value(value: Any) -> Any:
    if isinstance(value, fake.Object):
        given = {k: plain(v) for k, v in value.given.items()}
        return [fake.snake(value.class_name), given]
    return [LONG.get(value, value), {}] if isinstance(value, str) else value


def metrics_value(value: Any) -> Any:
    if value is None:
        return []
    if isinstance(value, dict):
        return {key: metrics_value(item) for key, item in value.items()}
    return [plain(item) for item in (value if isinstance(value, list | tuple) else [value])]


# What the changes should make of it


def expected(setup: dict[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """Apply changes to a setup."""
    result = deepcopy(setup)
    steps = {of: step for some in tried("EXPECTED") for of, step in some.items()}
    for change in in_order(changes):
        steps[type(change)](result, change)
    return result


def on_nodes(node: Any, function: Any, seen: set[int]) -> Any:
    """Rebuild an expression from its inputs up."""
    if not isinstance(node, dict) or "inputs" not in node:
        return node
    node = {**node, "inputs": [on_nodes(item, function, seen) for item in node["inputs"]]}
    return function(node)


def on_graph(setup: dict[str, Any], function: Any) -> None:
    found = setup["graph"]
    for key in found:
        found[key] = [on_nodes(item, function, set()) for item in found[key]]


def new_node(class_name: str, given: Mapping[str, Any], inputs: list[Any]) -> Node:
    return {"class": class_name, "name": "", "given": dict(given), "inputs": inputs}


def comparable(setup: dict[str, Any]) -> dict[str, Any]:
    """Drop what may differ: names that Keras gives."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            dropped = {"name"} if "class" in value else set()
            return {k: strip(v) for k, v in value.items() if k not in dropped}
        if isinstance(value, list):
            return [strip(item) for item in value]
        return value

    result = strip(setup)
    for item in result["compile"]["metrics"]:
        if isinstance(item, dict):
            item.pop("name", None)  # kept where the cell reads it from the history
    if not result["compile"]["metrics"]:
        result["compile"].pop("metrics")
    return result
