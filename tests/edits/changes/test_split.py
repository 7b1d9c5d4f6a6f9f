"""Samples distributed again over both sides of the split."""

from typing import Any

import numpy as np

from nbdiag.schema.changes import Change, DropShared, EncodeLabels, SplitAnew
from nbdiag.schema.run import TrainingRun

DESCRIBED: dict[str, Change] = {
    "split training and validation again, with every class on both sides": SplitAnew(),
    "split training and validation again at random": SplitAnew(stratify=False),
    "drop the samples from the training that the validation has, too": DropShared("training"),
    "drop the samples from the validation that the training has, too": DropShared("validation"),
}

# Tried in every program of tests/property; layers are named by their place.
SAMPLES: dict[str, dict[str, tuple[Change, ...]]] = {
    "binary": {
        "split": (SplitAnew(seed=7), EncodeLabels("one_hot", 2)),
        "split at random": (SplitAnew(stratify=False),),
        "drop from the training": (DropShared("training"),),
        "drop from the validation": (DropShared("validation"),),
    },
}


def changes_for(run: TrainingRun) -> dict[str, list[Change]]:
    """Changes for a cell of the corpus."""
    if run.fit.validation != "data" or run.fit.input_kind != "numpy":
        return {}
    return {
        "split": [SplitAnew(seed=7)],
        "split_at_random": [SplitAnew(stratify=False)],
        "drop_here": [DropShared("training")],
        "drop_there": [DropShared("validation")],
    }


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


def _rows(setup: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    fit = setup["fit"]
    pairs = (fit["x"], fit["y"]), fit["validation_data"]
    training, validation = (list(zip(*pair, strict=True)) for pair in pairs)
    return training, validation


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


EXPECTED = {SplitAnew: _split, DropShared: _drop}
