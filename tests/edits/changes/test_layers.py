"""Layers changed, inserted, removed and replaced."""

from typing import Any

from nbdiag.schema.changes import Change, InsertLayer, RemoveLayer, ReplaceLayer, SetLayerArgument
from nbdiag.schema.run import TrainingRun
from tests.edits.corpus import dense_of, named_like
from tests.edits.oracle import Node, new_node, on_graph

DESCRIBED: dict[str, Change] = {
    "set rate of the layer 'drop' to 0.1": SetLayerArgument("drop", "rate", 0.1),
    "insert Dropout(rate=0.2) before the layer 'one'": InsertLayer(
        "Dropout", "one", before=True, arguments={"rate": 0.2}
    ),
    "insert Flatten() after the layer 'one'": InsertLayer("Flatten", "one"),
    "remove the layer 'one'": RemoveLayer("one"),
    "replace the layer 'one' by GRU(units=4)": ReplaceLayer("one", "GRU", {"units": 4}),
}

# Tried in every program of tests/property; layers are named by their place.
SAMPLES: dict[str, dict[str, tuple[Change, ...]]] = {
    "binary": {
        "hidden activation": (SetLayerArgument("0", "activation", "elu"),),
        "named activation": (SetLayerArgument("3", "activation", "relu"),),
        "new activation": (SetLayerArgument("2", "activation", "relu"),),
        "initializer": (SetLayerArgument("0", "kernel_initializer", "glorot_uniform"),),
        "dropout": (SetLayerArgument("1", "rate", 0.1),),
        "insert": (InsertLayer("BatchNormalization", "0"),),
        "insert before": (
            InsertLayer("GaussianNoise", "4", before=True, arguments={"stddev": 0.125}),
        ),
        "remove": (RemoveLayer("1"),),
        "replace": (ReplaceLayer("1", "AlphaDropout", {"rate": 0.1}),),
    },
    "classes": {
        "softmax": (SetLayerArgument("4", "activation", "softmax"),),
        "filters": (SetLayerArgument("0", "filters", 6),),
        "pooling": (ReplaceLayer("1", "AveragePooling2D", {"pool_size": 2}),),
        "normalization": (InsertLayer("BatchNormalization", "1"),),
    },
    "amounts": {"units": (SetLayerArgument("0", "units", 12),)},
}


def changes_for(run: TrainingRun) -> dict[str, list[Change]]:
    """Changes for a cell of the corpus."""
    hidden, *_, head = dense_of(run) * 2
    dropout = named_like(run, "Dropout")
    found: dict[str, list[Change]] = {
        "activation": [SetLayerArgument(head, "activation", "softmax")],
        "units": [
            SetLayerArgument(head, "units", 3),
            SetLayerArgument(head, "activation", "softmax"),
        ],
        "initializer": [SetLayerArgument(hidden, "kernel_initializer", "he_normal")],
        "after": [InsertLayer("BatchNormalization", hidden)],
        "before": [InsertLayer("Dropout", head, before=True, arguments={"rate": 0.25})],
    }
    if dropout:
        found["remove"] = [RemoveLayer(dropout)]
        found["replace"] = [ReplaceLayer(dropout, "GaussianNoise", {"stddev": 0.1})]
    return found


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


EXPECTED = {
    SetLayerArgument: _argument,
    InsertLayer: _insert,
    RemoveLayer: _remove,
    ReplaceLayer: _replace,
}
