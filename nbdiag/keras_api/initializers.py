"""Keras' initializers."""

from collections.abc import Mapping
from typing import Literal

from nbdiag.keras_api.table import positional, rows, words

Trait = Literal[
    "constant",  # every weight gets the same value
    "fixed_scale",  # drawn without regard to the size of the layer
]

_ROWS = tuple(rows("initializers"))
CLASSES: Mapping[str, str] = {row["word"]: row["name"] for row in _ROWS}
"""The word for an initializer ("he_normal") to its class ("HeNormal")."""
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    row["name"]: positional(row["parameters"]) for row in _ROWS
}
"""Classes to their parameters, in order."""


def with_trait(*traits: Trait) -> frozenset[str]:
    """Return the classes of the initializers that have one of the traits."""
    return frozenset(row["name"] for row in _ROWS if not words(row["traits"]).isdisjoint(traits))
