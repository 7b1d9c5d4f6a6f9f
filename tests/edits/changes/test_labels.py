"""Labels and targets written in another form."""

from typing import Any

import numpy as np

from nbdiag.schema.changes import Change, EncodeLabels, ScaleTargets, SetLayerArgument, SetLoss
from nbdiag.schema.run import TrainingRun
from tests.edits import fake_keras as fake
from tests.edits.corpus import output_of

DESCRIBED: dict[str, Change] = {
    "one-hot encode the labels": EncodeLabels("one_hot", 3),
    "turn the labels into class numbers": EncodeLabels("class_index"),
    "subtract 1 from the labels for the output 'age'": EncodeLabels("subtract", 1, "age"),
    "divide the labels by 255": EncodeLabels("divide", 255),
    "multiply the labels by 9 and round them": EncodeLabels("multiply", 9),
    "make the labels 1 above 0, else 0": EncodeLabels("greater", 0),
    "standardise the targets: (y - 3) / 2": ScaleTargets(3.0, 2.0),
}

# Tried in every program of tests/property; layers are named by their place.
SAMPLES: dict[str, dict[str, tuple[Change, ...]]] = {
    "binary": {"subtract": (EncodeLabels("subtract", 1),)},
    "classes": {
        "index labels": (
            EncodeLabels("class_index"),
            SetLoss("sparse_categorical_crossentropy"),
            SetLayerArgument("4", "activation", "softmax"),
        ),
    },
    "amounts": {
        "targets": (ScaleTargets(500.0, 90.0),),
        "divide": (EncodeLabels("divide", 1000),),
        "greater": (EncodeLabels("greater", 500),),
        "multiply": (EncodeLabels("multiply", 7),),
    },
}


def changes_for(run: TrainingRun) -> dict[str, list[Change]]:
    """Changes for a cell of the corpus."""
    output = output_of(run)
    found: dict[str, list[Change]] = {
        "one_hot": [EncodeLabels("one_hot", 3, output)],
        "subtract": [EncodeLabels("subtract", 1, output)],
        "divide": [EncodeLabels("divide", 255, output)],
        "greater": [EncodeLabels("greater", 0.5, output)],
        "multiply": [EncodeLabels("multiply", 255, output)],
    }
    if not output:
        found["targets"] = [ScaleTargets(1.5, 0.25)]
    return found


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


EXPECTED = {EncodeLabels: _encode, ScaleTargets: _targets}
