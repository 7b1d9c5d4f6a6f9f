"""The two sides of the data: what is trained on and what is validated on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbdiag.capture.data.arrays import Array, describe_array, named_arrays
from nbdiag.capture.data.split import describe_split
from nbdiag.capture.fit.arguments import Arguments, kind_of
from nbdiag.capture.probe.batch import Batch, class_weights, take_batch
from nbdiag.language import later
from nbdiag.schema.data import Data, Split
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import ARRAY_KINDS

_PLACES = {
    "tf.data": later("the batches come from a tf.data pipeline"),
    "generator": later("the batches come from a generator"),
    "PyDataset": later("the batches come from a PyDataset"),
    "unknown": "the form of the data is not known to nbdiag",
}


@dataclass
class Side:
    """Arrays of one side, by key."""

    inputs: dict[str, Array] = field(default_factory=dict)
    labels: dict[str, Array] = field(default_factory=dict)
    rows: int = 0


@dataclass
class Sides:
    """What the arguments of ``fit`` hold in memory.

    Attributes
    ----------
    reason
        Why there are no arrays, None when there are.
    """

    training: Side
    validation: Side | None
    reason: str | None = None


def find_sides(arguments: Arguments, model: Any) -> Sides:
    """Find the arrays of a call of ``fit``; nothing is copied and no iterator is read."""
    kind = kind_of(arguments["x"])
    given, share = arguments["validation_data"], float(arguments["validation_split"] or 0.0)
    names = (_names(model, "input_names"), _names(model, "output_names"))
    if kind not in ARRAY_KINDS:
        return Sides(Side(), _validation(given, names), _PLACES[kind])
    whole = _side(arguments["x"], arguments["y"], names)
    if not whole.inputs:
        return Sides(Side(), _validation(given, names), "the inputs are not arrays")
    if given is not None:
        return Sides(whole, _validation(given, names))
    # Keras takes the last rows (keras/src/trainers/data_adapters/array_slicing.py).
    cut = math.floor(whole.rows * (1 - share))
    if not share or not 0 < cut < whole.rows:
        return Sides(whole, None)
    return Sides(_cut(whole, slice(None, cut)), _cut(whole, slice(cut, None)))


def describe_data(sides: Sides) -> Data:
    """Measure both sides and compare their rows."""
    training, validation = sides.training, sides.validation
    split: Split | Missing = Missing(sides.reason or "no validation data")
    if training.inputs:
        split = describe_split(
            list(training.inputs.values()),
            list(validation.inputs.values()) if validation else [],
            list(training.labels.values()),
        )
    other = validation or Side()
    return Data(
        inputs=_stats(training.inputs),
        labels=_stats(training.labels, labels=True),
        validation_inputs=_stats(other.inputs),
        validation_labels=_stats(other.labels, labels=True),
        split=split,
    )


def probe_batch(arguments: Arguments, sides: Sides, most: int) -> Batch | Missing:
    """Take the probe batch from the training side.

    Parameters
    ----------
    arguments, sides
        Of the call of ``fit``.
    most
        Rows wanted.
    """
    if sides.reason is not None:
        return Missing(sides.reason)
    weights = arguments["sample_weight"]
    if weights is None and isinstance(arguments["class_weight"], Mapping):
        weights = class_weights(arguments["y"], arguments["class_weight"])
    return take_batch(arguments["x"], arguments["y"], weights, sides.training.rows, most)


def _stats(arrays: dict[str, Array], *, labels: bool = False) -> tuple[Any, ...]:
    return tuple(describe_array(item, name, labels=labels) for name, item in arrays.items())


def _names(model: Any, side: str) -> Sequence[str]:
    return list(getattr(model, side, None) or ())


def _side(x: Any, y: Any, names: tuple[Sequence[str], Sequence[str]]) -> Side:
    inputs, labels = named_arrays(x, names[0]), named_arrays(y, names[1])
    return Side(inputs, labels, rows=min((len(item) for item in inputs.values()), default=0))


def _validation(given: Any, names: tuple[Sequence[str], Sequence[str]]) -> Side | None:
    if isinstance(given, list | tuple) and len(given) in (2, 3):
        if kind_of(given[0]) not in ARRAY_KINDS:
            return None
        found = _side(given[0], given[1], names)
        return found if found.inputs else None
    return None


def _cut(side: Side, rows: slice) -> Side:
    inputs = {key: item[rows] for key, item in side.inputs.items()}
    labels = {key: item[rows] for key, item in side.labels.items()}
    return Side(inputs, labels, rows=min(len(item) for item in inputs.values()))
