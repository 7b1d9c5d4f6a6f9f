"""What went wrong with the data of a failed cell before a layer could say so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.cache import per_run
from nbdiag.facts.crash.exception import Crash, shape_after
from nbdiag.facts.crash.layer_chain import steps_of
from nbdiag.facts.crash.shapes import same
from nbdiag.schema.cell import Shape
from nbdiag.schema.failure import Variable
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.data.splits import Split, mixed_split
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.queries.batches import Batches, fractional_lengths, item_at, series_given
from nbdiag.syntax.queries.failed_code import read_items_of_shapes, unpacked_shapes
from nbdiag.syntax.text.nodes import (
    Expression,
    code_of,
)
from nbdiag.syntax.values import given, row_shape, things, variable_named

_STREAMS = ("generator", "tf.data", "PyDataset")
_SIZES = re.compile(r"not enough values to unpack \(expected (\d+), got (\d+)\)")


def entered(run: TrainingRun, crash: Crash) -> Shape | None:
    """Return the inputs as they met a model in ``fit``, batch included; None when not known."""
    if not crash.in_fit or run.fit.input_kind not in _STREAMS:
        return None
    if crash.entered is not None and crash.caller in ("Sequential", "Functional", "Model"):
        return crash.entered
    whole = "of layer 'functional" in crash.line or "of layer 'sequential" in crash.line
    return shape_after(crash.line, "found shape=") if whole else None


def row_of(run: TrainingRun, crash: Crash) -> Shape | None:
    """Return the shape of one row that ``fit`` is given, of streams as it met the model."""
    row = row_shape(run)
    if row is not None:
        return row
    met, told, found = entered(run, crash), expected_shape(run), given(run, "x")
    batch = found[1].shape if found is not None and found[1].kind == "dataset" else None
    if batch is not None and told is not None and same(batch[1:], told):
        return batch[1:]  # what met the model are the rows of the validation
    return None if met is None else met[1:] or None


def expected_shape(run: TrainingRun) -> Shape | None:
    """Return the shape of a sample that a model takes, as the text declares it or as built."""
    told = next(iter(declared(run)), None)
    if told is not None or isinstance(run.model, Missing) or not run.model.layers:
        return told
    first = run.model.layers[0]
    shape = first.output_shape if first.class_name == "InputLayer" else first.input_shape
    return None if isinstance(shape, Missing) else shape


def batched_twice(run: TrainingRun, crash: Crash) -> Shape | None:
    """Return what a data set that was batched twice passed to the model, None for all others."""
    met, told = entered(run, crash), expected_shape(run)
    if met is None or told is None or len(met) != len(told) + 2:
        return None
    # The last batch is smaller, so of both batches the size is open.
    return met if same(met[2:], told) and met[1] is None else None


@dataclass(frozen=True)
class Lacking:
    """An array that has fewer axes than the text takes for granted.

    Attributes
    ----------
    asked
        What the text says of it, ``X.shape[2]`` or ``n, steps, features = X.shape``.
    axes
        How many axes it would need.
    """

    name: str
    shape: Shape
    asked: str
    axes: int


@per_run
def lacking_axis(run: TrainingRun) -> Lacking | None:
    """Return the array whose shape lacks an axis that the code reads."""
    error = run.error
    if error is None or error.during == "fit" or not steps_of(run):
        return None
    if error.type == "IndexError" and "tuple index out of range" in error.message:
        return next(_indexed(run), None)
    told = _SIZES.search(error.message) if error.type == "ValueError" else None
    if told is None:
        return None
    return next(_unpacked(run, int(told[1]), int(told[2])), None)


def _indexed(run: TrainingRun) -> Iterator[Lacking]:
    for owner, asked, place in read_items_of_shapes(run):
        found = _array(run, owner)
        if found is not None and place >= len(found[1]):
            yield Lacking(*found, asked, place + 1)


def _unpacked(run: TrainingRun, wanted: int, got: int) -> Iterator[Lacking]:
    for owner, asked, count in unpacked_shapes(run):
        found = _array(run, owner)
        if found is not None and len(found[1]) == got and count == wanted:
            yield Lacking(*found, asked, wanted)


def _array(run: TrainingRun, owner: Expression) -> tuple[str, Shape] | None:
    thing = variable_named(run, owner)
    if thing is None or thing.kind != "array" or not thing.shape:
        return None
    return code_of(owner), thing.shape


@per_run
def wrong_order(run: TrainingRun) -> Split | None:
    """Return the split whose parts are mixed up: ``fit`` is given two parts of its inputs."""
    return mixed_split(run)


@per_run
def float_length(run: TrainingRun) -> Batches | None:
    """Find what ``__len__`` of a sequence of batches returns, if that is not a whole number."""
    error = run.error
    if error is None or error.type != "TypeError":
        return None
    if re.search(r"float\d*' object cannot be interpreted as an integer", error.message) is None:
        return None
    call = failed_call(run)
    if call is not None and call.name not in ("fit", "evaluate", "predict", "fit_generator"):
        return None
    return next(fractional_lengths(run), None)


@per_run
def by_place(run: TrainingRun) -> Batches | None:
    """Find where a sequence of batches looks a row of a pandas Series up by its place."""
    error = run.error
    if error is None or error.type != "KeyError":
        return None
    number = re.search(
        r"^(?:np\.int\d+\()?(\d+)\)?$|are in the \[index\]|not in index", error.message
    )
    if number is None or not error.scene.places:
        return None
    found = item_at(run, error.scene.places[-1])
    thing = things(run).get(found.name) if found is not None else None
    table = thing is not None and thing.type in ("Series", "DataFrame")
    return found if found is not None and (table or series_given(run, found)) else None


# What people write for an unknown value; other texts may mean something.
_EMPTY = {
    "", "?", "-", "--", ".", "*", "na", "n/a", "#n/a", "nan", "null", "none", "missing", "unknown",
    "not available", "undefined",
}  # fmt: skip


def reading_of_texts(table: Variable) -> Literal["", "filled", "dummies"]:
    """Return how the texts of a table become numbers and mean what they meant.

    Returns
    -------
    str
        "filled" where they are numbers, and marks of values that are not known; "dummies" where
        they name a few kinds; "" where they are neither, or amounts that are written for people
        ("1,250"), of which each would become a separate kind.
    """
    if table.marks:
        return "filled" if {item.strip().lower() for item in table.marks} <= _EMPTY else ""
    return "dummies" if table.texts and table.encoded is not None else ""
