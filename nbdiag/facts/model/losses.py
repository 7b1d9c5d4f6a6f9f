"""Keras' own losses by what they expect of the output."""

from nbdiag.keras_api.losses import LOSSES, full_name, of_family
from nbdiag.language import say
from nbdiag.schema.setup import Loss

BINARY = of_family("binary")
CATEGORICAL = of_family("categorical")
SPARSE = of_family("sparse")
CROSS_ENTROPY = BINARY | CATEGORICAL | SPARSE
MARGIN = of_family("margin")
DISTANCE = of_family("distance")
COUNTING = of_family("counting")
"""Losses of a number of events: whole numbers are a quantity there."""


def canonical(loss: Loss) -> str:
    """Return Keras' full name of a loss, "" for a custom one."""
    return "" if loss.custom else full_name(loss.name.lower())


def title(name: str) -> str:
    """Return a loss's name as it is written in a sentence."""
    known = LOSSES.get(name)
    return say(known.title if known else name.replace("_", " "))
