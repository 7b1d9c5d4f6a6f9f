"""Arguments of fit, callbacks, and the order of the samples."""

from typing import Any

import numpy as np

from nbdiag.schema.changes import AddCallback, Change, SetFitArgument, ShuffleRows
from nbdiag.schema.run import TrainingRun

DESCRIBED: dict[str, Change] = {
    "set epochs of fit to 30": SetFitArgument("epochs", 30),
    "add the callback EarlyStopping(patience=5)": AddCallback("EarlyStopping", {"patience": 5}),
    "shuffle inputs and labels together before fit": ShuffleRows(),
}

# Tried in every program of tests/property; layers are named by their place.
SAMPLES: dict[str, dict[str, tuple[Change, ...]]] = {
    "binary": {
        "epochs": (SetFitArgument("epochs", 9),),
        "batch": (SetFitArgument("batch_size", 4),),
        "callback": (AddCallback("ReduceLROnPlateau", {"patience": 3, "factor": 0.5}),),
        "shuffle": (ShuffleRows(7),),
    },
    "classes": {
        "split": (SetFitArgument("validation_split", 0.5),),
        "shuffle": (ShuffleRows(1),),
    },
    "amounts": {
        "same callback": (
            AddCallback("EarlyStopping", {"patience": 5, "restore_best_weights": True}),
        ),
        "callback": (AddCallback("TerminateOnNaN"),),
    },
}


def changes_for(_: TrainingRun) -> dict[str, list[Change]]:
    """Changes for a cell of the corpus."""
    return {
        "epochs": [SetFitArgument("epochs", 40), SetFitArgument("batch_size", 16)],
        "callback": [AddCallback("EarlyStopping", {"patience": 5, "restore_best_weights": True})],
        "shuffle": [ShuffleRows(7)],
    }


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


def _shuffle(setup: dict[str, Any], change: ShuffleRows) -> None:
    fit = setup["fit"]
    order = np.random.default_rng(change.seed).permutation(len(fit["x"]))
    for name in ("x", "y", "sample_weight"):
        if name in fit:
            fit[name] = np.asarray(fit[name])[order].tolist()


EXPECTED = {SetFitArgument: _fit, AddCallback: _callback, ShuffleRows: _shuffle}
