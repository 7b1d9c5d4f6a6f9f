"""What a cell sets up, as plain values, and what the changes should make of it."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from nbdiag.schema.changes import (
    AddCallback,
    Change,
    DropShared,
    EncodeLabels,
    InsertLayer,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    ScaleInputs,
    ScaleTargets,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
    ShuffleRows,
    SplitAnew,
)
from tests.edits import fake_keras as fake
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
    order = [
        RemoveLayer, ReplaceLayer, InsertLayer, ScaleInputs, SetLayerArgument, SetOptimizer,
        SetOptimizerArgument, SetLoss, ReplaceMetric, ShuffleRows, SplitAnew, DropShared,
        EncodeLabels, ScaleTargets, SetFitArgument, AddCallback,
    ]  # fmt: skip
    for change in sorted(changes, key=lambda change: order.index(type(change))):
        STEPS[type(change)](result, change)
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


def _argument(setup: dict[str, Any], change: SetLayerArgument) -> None:
    def edit(node: Node) -> Node:
        if node["name"] != change.layer:
            return node
        given = dict(node["given"])
        inner = given.get("layer")
        if isinstance(inner, dict):
            given["layer"] = {**inner, "given": {**inner["given"], change.argument: change.value}}
        else:
            given[change.argument] = change.value
        return {**node, "given": given}

    on_graph(setup, edit)


def _insert(setup: dict[str, Any], change: InsertLayer) -> None:
    def edit(node: Node) -> Node:
        if node["name"] != change.beside:
            return node
        if change.before:
            return {
                **node,
                "inputs": [new_node(change.class_name, change.arguments, node["inputs"])],
            }
        return new_node(change.class_name, change.arguments, [node])

    on_graph(setup, edit)


def _remove(setup: dict[str, Any], change: RemoveLayer) -> None:
    on_graph(setup, lambda node: node["inputs"][0] if node["name"] == change.layer else node)


def _replace(setup: dict[str, Any], change: ReplaceLayer) -> None:
    def edit(node: Node) -> Node:
        if node["name"] != change.layer:
            return node
        return new_node(change.class_name, change.arguments, node["inputs"])

    on_graph(setup, edit)


def _scale(setup: dict[str, Any], change: ScaleInputs) -> None:
    def edit(node: Node) -> Node:
        if node["class"] != "InputLayer":
            return node
        if change.method == "rescale":
            given = {"scale": change.scale} | ({"offset": change.offset} if change.offset else {})
            return new_node("Rescaling", given, [node])
        return {**new_node("Normalization", {}, [node]), "adapted": _inputs(setup)}

    on_graph(setup, edit)


def _inputs(setup: dict[str, Any]) -> Any:
    x = setup["fit"]["x"]
    return x["stream"][0] if isinstance(x, dict) else x


def _loss(setup: dict[str, Any], change: SetLoss) -> None:
    def make(old: Any) -> Any:
        name = LONG.get(change.loss, change.loss)
        kept = dict(old[1]) if isinstance(old, list) and old[0] == name else {}
        kept.pop("from_logits", None)
        return [name, {**kept, **({"from_logits": True} if change.from_logits else {})}]

    losses = setup["compile"].get("loss")
    if isinstance(losses, dict):
        key = change.output or next(iter(losses))
        losses[key] = make(losses.get(key))
    elif isinstance(losses, list) and losses and isinstance(losses[0], list):
        raise NotImplementedError("a list of losses")
    else:
        setup["compile"]["loss"] = make(losses)


def _metric(setup: dict[str, Any], change: ReplaceMetric) -> None:
    metrics = setup["compile"]["metrics"]
    listed = metrics[change.output or next(iter(metrics))] if isinstance(metrics, dict) else metrics
    for place, item in enumerate(listed):
        name = item["object"] if isinstance(item, dict) else item
        if name == change.old:
            listed[place : place + 1] = [] if change.new is None else [metric(change.new)]
            return
    if not listed and change.new is not None:
        listed.append(metric(change.new))


def metric(new: Any) -> Any:
    if not new.arguments and new.name[:1].islower():
        return new.name
    return {"object": new.name, **new.arguments}


def _optimizer(setup: dict[str, Any], change: SetOptimizer) -> None:
    name = CLASSES.get(change.name.lower(), change.name)
    setup["compile"]["optimizer"] = {"object": name, **change.arguments}


def _optimizer_argument(setup: dict[str, Any], change: SetOptimizerArgument) -> None:
    setup["compile"]["optimizer"][change.argument] = change.value


def labels(setup: dict[str, Any], output: str, function: Any) -> None:
    """Apply a function to every place where labels are given."""
    fit = setup["fit"]
    if "y" not in fit:
        for key in ("x", "validation_data"):
            x, y = fit[key]["stream"]
            fit[key] = {"stream": [x, function(y)]}
        return
    for holder in [fit, *setup["evaluated"]]:
        if isinstance(holder["y"], dict):
            holder["y"][output] = function(holder["y"][output])
        else:
            holder["y"] = function(holder["y"])
    if fit.get("validation_data"):
        fit["validation_data"][1] = function(fit["validation_data"][1])


def _encode(setup: dict[str, Any], change: EncodeLabels) -> None:
    forms = {
        "one_hot": lambda y: fake.to_categorical(
            np.argmax(y, axis=-1) if np.ndim(y) > 1 else y, change.value
        ),
        "class_index": lambda y: np.argmax(y, axis=-1),
        "subtract": lambda y: np.asarray(y) - change.value,
        "divide": lambda y: np.asarray(y) / change.value,
        "multiply": lambda y: np.rint(np.asarray(y) * change.value),
        "greater": lambda y: (np.asarray(y) > change.value).astype("float32"),
    }
    labels(setup, change.output, lambda y: forms[change.form](y).tolist())


def _targets(setup: dict[str, Any], change: ScaleTargets) -> None:
    labels(setup, "", lambda y: ((np.asarray(y) - change.mean) / change.std).tolist())


def _shuffle(setup: dict[str, Any], change: ShuffleRows) -> None:
    fit = setup["fit"]
    order = np.random.default_rng(change.seed).permutation(len(fit["x"]))
    for name in ("x", "y", "sample_weight"):
        if name in fit:
            fit[name] = np.asarray(fit[name])[order].tolist()


def _sides(setup: dict[str, Any], new: dict[str, list[tuple[Any, Any]]]) -> None:
    """Give both sides other rows, in fit and wherever the model is evaluated on one of them."""
    fit = setup["fit"]
    old = {"training": fit["x"], "validation": fit["validation_data"][0]}
    for holder in setup["evaluated"]:
        for side, rows in new.items():
            if holder["x"] == old[side]:
                holder["x"], holder["y"] = parts(rows)
    fit["x"], fit["y"] = parts(new["training"])
    fit["validation_data"] = list(parts(new["validation"]))


def parts(rows: list[tuple[Any, Any]]) -> tuple[list[Any], list[Any]]:
    return [x for x, _ in rows], [y for _, y in rows]


def _rows(setup: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    fit = setup["fit"]
    pairs = (fit["x"], fit["y"]), fit["validation_data"]
    training, validation = (list(zip(*pair, strict=True)) for pair in pairs)
    return training, validation


def _split(setup: dict[str, Any], change: SplitAnew) -> None:
    training, validation = _rows(setup)
    rows, held = [*training, *validation], len(validation)
    order = np.random.default_rng(change.seed).permutation(len(rows)).tolist()
    if change.stratify:
        by_class = sorted(order, key=lambda row: int(np.argmax(rows[row][1]))
                          if isinstance(rows[row][1], list) else rows[row][1])  # fmt: skip
        last = len(rows) - 1
        chosen = [by_class[place * last // max(1, held - 1)] for place in range(held)]
    else:
        chosen = order[:held]
    kept = [row for row in order if row not in chosen]
    _sides(
        setup,
        {"training": [rows[row] for row in kept], "validation": [rows[row] for row in chosen]},
    )


def _drop(setup: dict[str, Any], change: DropShared) -> None:
    training, validation = _rows(setup)
    if change.side == "training":
        shared = [x for x, _ in validation]
        training = [pair for pair in training if pair[0] not in shared]
    else:
        shared = [x for x, _ in training]
        validation = [pair for pair in validation if pair[0] not in shared]
    _sides(setup, {"training": training, "validation": validation})


def _fit(setup: dict[str, Any], change: SetFitArgument) -> None:
    setup["fit"][change.argument] = change.value


def _callback(setup: dict[str, Any], change: AddCallback) -> None:
    fit = setup["fit"]
    listed = fit.get("callbacks") or []
    listed = listed if isinstance(listed, list) else [listed]
    for item in listed:
        if item["object"] == change.name:
            item.update(change.arguments)
            return
    fit["callbacks"] = [*listed, {"object": change.name, **change.arguments}]


STEPS: dict[type, Any] = {
    SetLayerArgument: _argument,
    InsertLayer: _insert,
    RemoveLayer: _remove,
    ReplaceLayer: _replace,
    ScaleInputs: _scale,
    SetLoss: _loss,
    ReplaceMetric: _metric,
    SetOptimizer: _optimizer,
    SetOptimizerArgument: _optimizer_argument,
    EncodeLabels: _encode,
    ScaleTargets: _targets,
    ShuffleRows: _shuffle,
    SplitAnew: _split,
    DropShared: _drop,
    SetFitArgument: _fit,
    AddCallback: _callback,
}


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
