"""Keras' optimizers and their parameters."""

from collections.abc import Mapping

from nbdiag.keras_api.table import positional, rows

_ROWS = tuple(rows("optimizers"))
OPTIMIZERS: Mapping[str, tuple[str, ...]] = {
    row["name"]: positional(row["parameters"]) for row in _ROWS
}
"""Classes to their parameters, in order."""
CLASSES: Mapping[str, str] = {row["word"]: row["name"] for row in _ROWS}
"""The word for an optimizer ("rmsprop") to its class ("RMSprop")."""
RATES: Mapping[str, float] = {row["name"]: float(row["rate"]) for row in _ROWS if row["rate"]}
"""Default learning rates."""
