"""What still does not fit once a crash is repaired, so that one new cell repairs it all.

A model is followed from one row of the data to the labels and the loss, as it would be with some
changes made. What stops it on the way, or at the loss, would be the next exception.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbdiag.facts.crash.layer_chain import RECURRENT, Step
from nbdiag.facts.crash.output import Labels, head_changes, labels_of, loss_of
from nbdiag.facts.crash.shape_walk import after, chain_of, is_known, returns_steps, with_argument
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import (
    Change,
    ConvertData,
    EncodeLabels,
    InsertBesideCall,
    InsertFirst,
    InsertLayer,
    SetCallArgument,
    SetInputShape,
    SetLayerArgument,
    SetLoss,
    WriteInPlace,
)
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.values import given, literal_of, row_shape

_MOST_ROUNDS = 8
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
    """

    row: Shape | None
    declared: Shape | None
    steps: tuple[Step, ...]
    labels: Labels | None
    loss: str


def follow_up(run: TrainingRun, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return what else must change for a repaired model to run.

    Parameters
    ----------
    run
        The run whose cell failed.
    changes
        What repairs that failure.

    Returns
    -------
    tuple
        Nothing when all fits, and nothing when it is not known.
    """
    plan = plan_of(run)
    for change in changes:
        if isinstance(change, WriteInPlace):
            if _of_data(run, change):
                return ()  # the rows or labels will be others than those that are known
            continue  # names and calls, not what a row becomes
        plan = with_change(plan, change) if plan is not None else None
    more: list[Change] = []
    for _ in range(_MOST_ROUNDS):
        new = _next(plan) if plan is not None else ()
        if not new or any(item in more or item in changes for item in new):
            break
        more += new
        for change in new:
            plan = with_change(plan, change) if plan is not None else None
    return tuple(more)


def _of_data(run: TrainingRun, change: WriteInPlace) -> bool:
    """Whether a text makes the arrays again that ``fit`` is given."""
    named = {found[0] for part in "xy" if (found := given(run, part)) is not None}
    return bool(named & set(re.findall(r"\w+", change.code)))


def plan_of(run: TrainingRun) -> Plan | None:
    """Return the chain of a model that was not trained yet, None for any other."""
    steps = chain_of(run)
    call = failed_call(run)
    if steps is None or (call is not None and call.name in _AFTER_TRAINING):
        return None
    shapes = [shape for shape in declared(run) if is_known(shape)]
    told = shapes[0] if len(shapes) == 1 else None
    return Plan(_row(run), told, steps, labels_of(run), loss_of(run))


def _row(run: TrainingRun) -> Shape | None:
    found = given(run, "x")
    if found is not None and found[1].item is not None:
        return found[1].item
    if found is not None and (found[1].dtype == "object" or found[1].kind == "list"):
        return None
    return row_shape(run)


def with_change(plan: Plan, change: Change) -> Plan | None:
    """Return the plan with a change made, None for changes whose result is not known."""
    match change:
        case SetInputShape(shape=shape):
            return replace(plan, declared=shape)
        case InsertFirst(class_name=name, values=values):
            return replace(plan, steps=(made(name, values), *plan.steps))
        case InsertBesideCall(call=call, class_name=name, values=values, before=before):
            new = made(name, values, change.arguments)
            return _inserted(plan, lambda step: step.call == call, new, before=before)
        case InsertLayer(beside=layer, class_name=name, before=before):
            new = made(name, (), change.arguments)
            return _inserted(plan, lambda step: _named(step, layer), new, before=before)
        case SetLayerArgument(layer=layer, argument=argument, value=value):
            return _edited(plan, lambda step: _named(step, layer), argument, value)
        case SetCallArgument(call=call, argument=argument, code=code):
            return _edited(plan, lambda step: step.call == call, argument, literal_of(code))
        case SetLoss(loss=loss, output=""):
            return replace(plan, loss=loss)
        case EncodeLabels(output=""):
            labels = plan.labels.encoded(change) if plan.labels is not None else None
            return replace(plan, labels=labels)
        case ConvertData():
            return _converted(plan, change)
    return None


def made(name: str, values: tuple[int, ...], arguments: dict[str, Any] | None = None) -> Step:
    """Return a layer that is not in the text yet."""
    config: dict[str, Any] = dict(arguments or {})
    key = {"Reshape": "target_shape", "Permute": "dims"}.get(name)
    if key is not None:
        config[key] = values
    elif name == "Dense" and values:
        config["units"] = values[0]
    return Step(name, config)


def _named(step: Step, name: str) -> bool:
    return step.layer is not None and step.layer.name == name


def _inserted(
    plan: Plan, wanted: Callable[[Step], bool], new: Step, *, before: bool
) -> Plan | None:
    places = [place for place, step in enumerate(plan.steps) if wanted(step)]
    if len(places) != 1:
        return None
    place = places[0]
    if not before:
        # What is inserted after a layer comes after what was inserted there before.
        place += 1
        while place < len(plan.steps) and plan.steps[place].call is None:
            place += 1
    return replace(plan, steps=(*plan.steps[:place], new, *plan.steps[place:]))


def _edited(
    plan: Plan, wanted: Callable[[Step], bool], argument: str, value: object
) -> Plan | None:
    if not any(wanted(step) for step in plan.steps):
        return None
    steps = tuple(with_argument(s, argument, value) if wanted(s) else s for s in plan.steps)
    return replace(plan, steps=steps)


def _converted(plan: Plan, change: ConvertData) -> Plan:
    if change.part == "labels":
        labels = plan.labels.converted(change) if plan.labels is not None else None
        return replace(plan, labels=labels)
    row = plan.row
    if change.form == "last_axis" and row is not None:
        row = (*row, 1)
    elif change.form not in ("float32", "stack", "stack_column"):
        row = None
    return replace(plan, row=row)


def _next(plan: Plan) -> tuple[Change, ...]:
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
