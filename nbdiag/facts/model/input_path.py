"""How inputs reach the first layer that weighs them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.model.graph import (
    KEEPS_SCALE,
    LINEAR,
    LOOKUPS,
    NORMALIZING,
    RECURRENT,
    WITH_WEIGHTS,
    consumers,
    roots,
)
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model


@dataclass(frozen=True)
class Entry:
    """How one input of the model reaches the first layer that weighs it.

    Attributes
    ----------
    kind
        "weighed": unscaled, or scaled by ``scale`` and ``offset``, into ``layer``;
        "normalized": a normalizing layer comes first; "looked up": the numbers are names;
        "unknown": a layer that could do anything comes first.
    layer
        Name of the layer that decided it, None for "unknown" without one.
    scale, offset
        Of ``Rescaling`` layers on the way.
    masked
        Whether a ``Masking`` layer reads the raw values.
    application
        Module of ``keras.applications`` whose first layer that is, "" for a layer of the user.
    """

    kind: Literal["weighed", "normalized", "looked up", "unknown"]
    layer: str | None = None
    scale: float = 1.0
    offset: float = 0.0
    masked: bool = False
    application: str = ""


def entries_of(model: Model, given: Sequence[ArrayStats]) -> tuple[Entry, ...] | Missing:
    """How each array that fit was given reaches its first weights, in the order of the arrays.

    Keras takes a dictionary's arrays by the names of the inputs; where the model was made from a
    dictionary with other keys, both are put in the order of their keys. A list goes by position.
    """
    starts = roots(model)
    if isinstance(starts, Missing):
        return starts
    if len(starts) != len(given):
        return Missing("it is not clear which layer takes which input")
    named = {start.name: start for start in starts}
    keys = [item.name for item in given]
    if named.keys() == set(keys):
        starts = tuple(named[key] for key in keys)
    elif keys != [str(place) for place in range(len(keys))]:
        starts = tuple(starts[sorted(keys).index(key)] for key in keys)
    taken = consumers(model)
    return tuple(_enter(start, taken) for start in starts)


def _enter(start: Layer, taken: dict[str, tuple[Layer, ...]]) -> Entry:
    """Follow every branch; the branch that leaves the values least tamed decides."""
    order = ("weighed", "unknown", "looked up", "normalized")
    found = list(_branches(start, taken, Entry("unknown")))
    return min(found, key=lambda entry: order.index(entry.kind)) if found else Entry("unknown")


def _branches(layer: Layer, taken: dict[str, tuple[Layer, ...]], so_far: Entry) -> Iterator[Entry]:
    scale, offset, masked = so_far.scale, so_far.offset, so_far.masked
    if not layer.builtin or layer.operations:
        yield Entry("unknown", layer.name, scale, offset, masked)
        return
    kind = layer.class_name
    if kind in LOOKUPS:
        yield Entry("looked up", layer.name, scale, offset, masked)
    elif kind in NORMALIZING:
        yield Entry("normalized", layer.name, scale, offset, masked)
    elif kind in WITH_WEIGHTS or kind in RECURRENT or layer.parameters:
        yield Entry("weighed", layer.name, scale, offset, masked, layer.application)
    elif kind == "Rescaling":
        factor, shift = layer.config.get("scale", 1.0), layer.config.get("offset", 0.0)
        if not isinstance(factor, int | float) or not isinstance(shift, int | float):
            yield Entry("normalized", layer.name, scale, offset, masked)
            return
        passed = Entry("unknown", None, scale * factor, offset * factor + shift, masked)
        for follower in taken.get(layer.name, ()):
            yield from _branches(follower, taken, passed)
    elif kind in LINEAR or kind in KEEPS_SCALE:
        passed = Entry("unknown", None, scale, offset, masked or kind == "Masking")
        for follower in taken.get(layer.name, ()):
            yield from _branches(follower, taken, passed)
    else:
        yield Entry("unknown", layer.name, scale, offset, masked)
