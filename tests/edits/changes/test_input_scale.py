"""Inputs scaled inside the model."""

from typing import Any

from nbdiag.schema.changes import Change, ScaleInputs
from nbdiag.schema.run import TrainingRun
from tests.edits.oracle import Node, new_node, on_graph

DESCRIBED: dict[str, Change] = {
    "standardise the inputs inside the model": ScaleInputs("standardize"),
    "scale the inputs by 1 / 255 inside the model": ScaleInputs("rescale", 1 / 255),
    "scale the inputs by 1 / 127.5 and add -1 inside the model": ScaleInputs(
        "rescale", 1 / 127.5, -1.0
    ),
}

# Tried in every program of tests/property; layers are named by their place.
SAMPLES: dict[str, dict[str, tuple[Change, ...]]] = {
    "binary": {"standardize": (ScaleInputs("standardize"),)},
    "classes": {
        "rescale": (ScaleInputs("rescale", 1 / 255),),
        "rescale and shift": (ScaleInputs("rescale", 1 / 127.5, -1.0),),
        "standardize": (ScaleInputs("standardize"),),
    },
}


def changes_for(_: TrainingRun) -> dict[str, list[Change]]:
    """Changes for a cell of the corpus."""
    return {
        "rescale": [ScaleInputs("rescale", 1 / 255)],
        "centre": [ScaleInputs("rescale", 1 / 127.5, -1.0)],
        "standardize": [ScaleInputs("standardize")],
    }


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


EXPECTED = {ScaleInputs: _scale}
