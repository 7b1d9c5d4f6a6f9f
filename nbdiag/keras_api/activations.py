"""Keras' activation functions: what they return, and what they do to a slope."""

from collections.abc import Mapping
from typing import Literal

from nbdiag.keras_api.table import rows, words

Trait = Literal[
    "linear",  # returns its input
    "rectifier_like",  # linear for positive input
    "rectifies",  # 0 for negative input
    "saturates",  # flat at both ends of its range
    "sums_to_one",  # shares 1 among the units
]

_ROWS = tuple(rows("activations"))
_BY_NAME = {name: row for row in _ROWS for name in (row["name"], *row["also"].split())}
KNOWN = frozenset(_BY_NAME)
OF_LAYERS: Mapping[str, str] = {
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ReLU": "relu",
    "Softmax": "softmax",
}
"""Layers that are an activation and nothing else, to its name."""
RANGES: Mapping[str, tuple[float, float]] = {
    name: (float(row["low"]), float(row["high"]))
    for name, row in _BY_NAME.items()
    if (row["low"], row["high"]) != ("-inf", "inf")
}
"""Least and greatest value of the activations that are bounded on a side."""


def with_trait(*traits: Trait) -> frozenset[str]:
    """Return the names of the activations that have one of the traits."""
    return frozenset(
        name for name, row in _BY_NAME.items() if not words(row["traits"]).isdisjoint(traits)
    )
