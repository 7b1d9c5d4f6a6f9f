"""Keras' callbacks, and what each does to a training."""

from collections.abc import Mapping
from typing import Literal

from nbdiag.keras_api.table import positional, rows, words

Trait = Literal[
    "keeps_weights",  # can bring back the weights of an earlier epoch
    "records",  # writes what it sees to a file, a server or the screen
    "monitors",  # watches a value of the history
    "steers",  # changes the rate, the weights or the end of the training
]

_ROWS = tuple(rows("callbacks"))
CALLBACKS: Mapping[str, tuple[str, ...]] = {
    row["name"]: positional(row["parameters"]) for row in _ROWS
}
"""Classes to their parameters, in order."""


_OF_FILES = ("filepath", "filename", "schedule", "backup_dir")


def without_settings() -> frozenset[str]:
    """Return the names of the callbacks that can be made without an argument."""
    return frozenset(
        name for name, given in CALLBACKS.items() if not given or given[0] not in _OF_FILES
    )


def with_trait(*traits: Trait) -> frozenset[str]:
    """Return the names of the callbacks that have one of the traits."""
    return frozenset(row["name"] for row in _ROWS if not words(row["traits"]).isdisjoint(traits))
