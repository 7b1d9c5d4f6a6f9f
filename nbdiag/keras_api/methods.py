"""Methods of models, and functions whose arguments cells give by position."""

from collections.abc import Mapping

from nbdiag.keras_api.layers import layer_class
from nbdiag.keras_api.optimizers import OPTIMIZERS
from nbdiag.keras_api.table import positional, rows

METHODS: Mapping[str, tuple[str, ...]] = {
    row["name"]: positional(row["parameters"]) for row in rows("methods")
}
"""Names to their parameters, in order."""


def parameters(name: str) -> tuple[str, ...] | None:
    """Return the positional parameters of a layer or an optimizer, None when unknown."""
    layer = layer_class(name)
    return layer.positional if layer is not None else OPTIMIZERS.get(name)
