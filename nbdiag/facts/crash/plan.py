"""A model that failed, followed from one sample to the labels and the loss.

What stops a sample on the way, or at the loss, would be the next exception.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nbdiag.facts.crash.layer_chain import RECURRENT, Step
from nbdiag.facts.crash.output import Labels, head_changes, labels_of, loss_of
from nbdiag.facts.crash.shape_walk import after, chain_of, is_known, returns_steps, with_argument
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import (
    Change,
    InsertFirst,
    SetInputShape,
)
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.values import given, row_shape

_SEQUENCE = 2
_AFTER_TRAINING = ("predict", "predict_on_batch", "evaluate", "test_on_batch")


@dataclass(frozen=True)
class Plan:
    """A plain chain of layers between its data and its labels.

    Attributes
    ----------
    row
        Shape of one row as the model is given it, None when unknown.
    declared
        Shape of one row that the text declares, None when none is.
    arrays
        Names of the inputs and labels that ``fit`` is given.
    """

    row: Shape | None
    declared: Shape | None
    steps: tuple[Step, ...]
    labels: Labels | None
    loss: str
    arrays: frozenset[str] = frozenset()

    def with_layer(
        self, new: Step, beside: Callable[[Step], bool], *, before: bool
    ) -> "Plan | None":
        """Return the plan with a layer on one side of another, None when that is not there once."""
        places = [place for place, step in enumerate(self.steps) if beside(step)]
        if len(places) != 1:
            return None
        place = places[0]
        if not before:
            # What is inserted after a layer comes after what was inserted there before.
            place += 1
            while place < len(self.steps) and self.steps[place].call is None:
                place += 1
        return replace(self, steps=(*self.steps[:place], new, *self.steps[place:]))

    def with_argument(
        self, wanted: Callable[[Step], bool], argument: str, value: object
    ) -> "Plan | None":
        """Return the plan with an argument of a layer set, None when the layer is not there."""
        if not any(map(wanted, self.steps)):
            return None
        steps = tuple(with_argument(s, argument, value) if wanted(s) else s for s in self.steps)
        return replace(self, steps=steps)


def plan_of(run: TrainingRun) -> Plan | None:
    """Return the chain of a model that was not trained yet, None for any other."""
    steps = chain_of(run)
    call = failed_call(run)
    if steps is None or (call is not None and call.name in _AFTER_TRAINING):
        return None
    shapes = [shape for shape in declared(run) if is_known(shape)]
    told = shapes[0] if len(shapes) == 1 else None
    arrays = frozenset(found[0] for part in "xy" if (found := given(run, part)) is not None)
    return Plan(_row(run), told, steps, labels_of(run), loss_of(run), arrays)


def _row(run: TrainingRun) -> Shape | None:
    found = given(run, "x")
    if found is not None and found[1].item is not None:
        return found[1].item
    if found is not None and (found[1].dtype == "object" or found[1].kind == "list"):
        return None
    return row_shape(run)


def new_step(
    name: str, values: tuple[int, ...] = (), arguments: Mapping[str, Any] | None = None
) -> Step:
    """Return a layer that is not in the text yet."""
    config: dict[str, Any] = dict(arguments or {})
    key = {"Reshape": "target_shape", "Permute": "dims"}.get(name)
    if key is not None:
        config[key] = values
    elif name == "Dense" and values:
        config["units"] = values[0]
    return Step(name, config)


def next_changes(plan: Plan) -> tuple[Change, ...]:
    """Return the changes for the first layer that a sample cannot pass, if there is one."""
    row = plan.row or plan.declared
    if row is None or not is_known(row):
        return ()
    if plan.row is not None and plan.declared is not None and plan.declared != plan.row:
        return (SetInputShape(plan.row),)
    for place, step in enumerate(plan.steps):
        if row is None:
            return ()
        stopped = _stopped(plan.steps, place, row)
        if stopped is not None:
            return () if None in stopped else tuple(item for item in stopped if item is not None)
        new = after(step, row)
        if new is not None and any(size is not None and size < 1 for size in new):
            change = step.set("padding", "same")
            return () if change is None else (change,)
        row = new
    if row is None or plan.labels is None:
        return ()
    found = head_changes(plan.steps, row, plan.labels, plan.loss)
    return () if None in found else tuple(item for item in found if item is not None)


def _stopped(steps: tuple[Step, ...], place: int, row: Shape) -> tuple[Change | None, ...] | None:
    """Return the changes that let a sample into a layer; None when it takes it as it is."""
    step = steps[place]
    needs = _needs(step, row)
    if needs is None or needs == len(row):
        return None
    front = _recurrent_before(steps, place)
    if front is not None and needs == _SEQUENCE and len(row) == 1 and not returns_steps(front):
        return (front.set("return_sequences", value=True),)
    if front is not None and needs == 1 and len(row) == _SEQUENCE and returns_steps(front):
        return (front.set("return_sequences", value=False),)
    shape = _of_axes(row, needs)
    if shape is None:
        return (None,)
    return (InsertFirst("Reshape", shape) if place == 0 else step.put_before("Reshape", shape),)


def _needs(step: Step, row: Shape) -> int | None:
    """Return the axes of one row that a layer takes, None for any number."""
    if step.name == "TimeDistributed":
        return max(_SEQUENCE, len(row))
    return 1 if step.name == "RepeatVector" else step.needs


def _of_axes(row: Shape, axes: int) -> tuple[int, ...] | None:
    """Return a sample's shape in so many axes, None where that would mix the values up."""
    sizes = tuple(size or 0 for size in row)
    if 0 in sizes or axes == 1:
        return None
    if axes == len(sizes) + 1:
        return (*sizes, 1)
    if axes == _SEQUENCE:
        return (sizes[0], math.prod(sizes[1:]))
    return sizes[:-1] if axes == len(sizes) - 1 and sizes[-1] == 1 else None


def _recurrent_before(steps: tuple[Step, ...], place: int) -> Step | None:
    """Return the recurrent layer before a layer, when only Dropout is between them."""
    for step in reversed(steps[:place]):
        if step.name in RECURRENT:
            return step
        if not step.transparent:
            return None
    return None
