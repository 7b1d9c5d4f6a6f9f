"""Whether the end of a model fits its labels and its loss, and what would make it fit."""

import math
import re
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.crash.layer_chain import RECURRENT, Step
from nbdiag.facts.crash.shape_walk import returns_steps
from nbdiag.facts.model.losses import canonical
from nbdiag.keras_api.losses import scale_free
from nbdiag.schema.cell import Scalar, Shape
from nbdiag.schema.changes import (
    Change,
    EncodeLabels,
    InsertBesideCall,
    InsertLayer,
    SetLoss,
)
from nbdiag.schema.failure import Variable
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import argument, calls_of, meaning_of
from nbdiag.syntax.text.nodes import CallNode, is_call
from nbdiag.syntax.values import given, value_of, variable_named

SPARSE = "sparse_categorical_crossentropy"
CATEGORICAL = "categorical_crossentropy"
BINARY = "binary_crossentropy"
_DISTANCES = scale_free()


def whole_span(span: tuple[float, float] | None) -> tuple[int, int] | None:
    """Return the least and the greatest value as whole numbers, None where there are none."""
    if span is None or not all(map(math.isfinite, span)):
        return None
    return int(span[0]), int(span[1])


@dataclass(frozen=True)
class Labels:
    """How labels are written.

    Attributes
    ----------
    shape
        Of the label of one row.
    form
        "whole" for whole numbers, "one-hot", "" for others.
    span
        Least and greatest value, None when unknown.
    """

    shape: Shape
    form: Literal["", "whole", "one-hot"] = ""
    span: tuple[float, float] | None = None

    @property
    def classes(self) -> int | None:
        """Units that class numbers need, None for other labels."""
        span = whole_span(self.span)
        if self.form != "whole" or span is None or span[0] < 0:
            return None
        return span[1] + 1


def without_last_one(shape: Shape) -> Shape:
    """Return the shape without a last axis of length one."""
    return shape[:-1] if shape and shape[-1] == 1 else shape


def labels_of(run: TrainingRun) -> Labels | None:
    """Return how the labels that ``fit`` is given are encoded, None when unknown."""
    if len(run.data.labels) == 1:
        stats = run.data.labels[0]
        hot = stats.row_sums == (1.0, 1.0) and (stats.minimum, stats.maximum) == (0, 1)
        form: Literal["", "whole", "one-hot"] = "whole" if stats.whole == 1.0 else ""
        if hot and form and stats.shape and stats.shape[-1] != 1:
            form = "one-hot"
        return Labels(stats.shape, form, (stats.minimum, stats.maximum))
    found = given(run, "y")
    if found is not None:
        return _of_thing(found[1])
    for item in calls_of(run):
        node = item.argument(1, "y") if item.name == "fit" else None
        if is_call(node) and meaning_of(run, node) == "to_categorical" and node.args:
            return _one_hot(run, node)
    return None


def _of_thing(thing: Variable) -> Labels | None:
    if thing.kind != "array" or thing.shape is None or thing.dtype == "object":
        return None
    return Labels(thing.shape[1:], thing.form, thing.span)


def _one_hot(run: TrainingRun, node: CallNode) -> Labels | None:
    thing = variable_named(run, node.args[0])
    count = value_of(run, argument(node, 1, "num_classes"))
    if thing is None or thing.shape is None:
        return None
    span = whole_span(thing.span)
    if count is None and span is not None and thing.form == "whole":
        count = span[1] + 1
    if not isinstance(count, int):
        return None
    return Labels((*without_last_one(thing.shape[1:]), count), "one-hot", (0.0, 1.0))


def loss_of(run: TrainingRun) -> str:
    """Return the full name of the one loss, "" when there is another number or it is unknown."""
    if not isinstance(run.compile, Missing):
        losses = run.compile.losses
        return canonical(losses[0]) if len(losses) == 1 else ""
    names = []
    for item in calls_of(run):
        node = item.argument(1, "loss") if item.name == "compile" else None
        if node is not None:
            named = value_of(run, node)
            names.append(named if isinstance(named, str) else _snake(meaning_of(run, node)))
    return _ALIASES.get(names[0].lower(), names[0].lower()) if len(names) == 1 else ""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


_ALIASES = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}


def head_changes(
    steps: tuple[Step, ...], output: Shape, labels: Labels, loss: str
) -> tuple[Change | None, ...]:
    """Return the changes that make labels, output and loss fit; nothing when they do.

    Returns
    -------
    tuple
        With None among the changes when one of them cannot be made.
    """
    known = (SPARSE, CATEGORICAL, BINARY, *_DISTANCES)
    if loss not in known or None in labels.shape or not output:
        return ()
    if len(output) > max(len(without_last_one(labels.shape)) + 1, len(labels.shape)):
        return _flatter(steps, labels, loss)
    if loss == SPARSE:
        return _of_class_numbers(steps, output, labels)
    if loss == CATEGORICAL:
        return _of_columns(steps, output, labels)
    return _of_values(steps, output, labels, loss)


def _of_class_numbers(
    steps: tuple[Step, ...], output: Shape, labels: Labels
) -> tuple[Change | None, ...]:
    units, columns = output[-1], labels.shape[-1] if labels.shape else None
    if labels.form == "one-hot" and len(labels.shape) == len(output):
        wider = () if columns == units else (_units(steps, columns),)
        return (SetLoss(CATEGORICAL), *wider)
    span = whole_span(labels.span)
    if labels.classes is None or units is None or span is None or labels.classes <= units:
        return ()
    low, high = span
    if low > 0 and high - low < units:
        return (EncodeLabels("subtract", low),)
    return (_units(steps, labels.classes),)


def _of_columns(
    steps: tuple[Step, ...], output: Shape, labels: Labels
) -> tuple[Change | None, ...]:
    units, columns = output[-1], labels.shape[-1] if labels.shape else None
    single = len(without_last_one(labels.shape)) == len(output) - 1
    if single and labels.form == "whole" and units is not None and units > 1:
        classes = labels.classes
        wider = () if classes is None or classes <= units else (_units(steps, classes),)
        return (SetLoss(SPARSE), *wider)
    if len(labels.shape) == len(output) and columns != units and columns is not None:
        return (_units(steps, columns),)
    return ()


def _of_values(
    steps: tuple[Step, ...], output: Shape, labels: Labels, loss: str
) -> tuple[Change | None, ...]:
    units, columns = output[-1], labels.shape[-1] if labels.shape else None
    if len(labels.shape) == len(output):
        return () if columns in (units, None) or units is None else (_units(steps, columns),)
    if len(output) != len(labels.shape) + 1 or units in (1, None):
        return ()
    several = labels.classes is not None and labels.classes > 2  # noqa: PLR2004 - yes and no
    if loss == BINARY and several:
        return (SetLoss(SPARSE),)
    change = [_units(steps, 1)]
    last = _last_units(steps)
    if loss == BINARY and last is not None and last.config.get("activation") == "softmax":
        change.append(last.set("activation", "sigmoid"))
    return tuple(change)


def _last_units(steps: tuple[Step, ...]) -> Step | None:
    for step in reversed(steps):
        if step.name == "Dense":
            return step
        if not step.transparent:
            return None
    return None


def _units(steps: tuple[Step, ...], count: int | None) -> Change | None:
    last = _last_units(steps)
    return last.set("units", count) if last is not None and count is not None else None


def _flatter(steps: tuple[Step, ...], labels: Labels, loss: str) -> tuple[Change | None, ...]:
    """Return the changes that remove the axes of maps or steps from an output."""
    first: Step | None = None
    for step in reversed(steps):
        if step.name in RECURRENT and returns_steps(step):
            return (step.set("return_sequences", value=False),)
        if step.name == "Dense":
            first = step
        elif not step.transparent:
            break
    if first is not None:
        return (first.put_before("Flatten"),)
    return _new_head(steps, labels, loss)


def _new_head(steps: tuple[Step, ...], labels: Labels, loss: str) -> tuple[Change | None, ...]:
    """Return Flatten and a Dense layer that predicts once per sample, after the last layer."""
    last = steps[-1]
    columns = labels.shape[-1] if labels.shape else 1
    activation = {SPARSE: "softmax", CATEGORICAL: "softmax", BINARY: "sigmoid"}.get(loss)
    units = labels.classes if loss == SPARSE else columns
    if units is None or len(labels.shape) > 1:
        return (None,)
    arguments: dict[str, Scalar] = {"units": units}
    if activation is not None:
        arguments["activation"] = activation
    if last.layer is not None:
        name = last.layer.name
        return (InsertLayer("Flatten", name), InsertLayer("Dense", name, arguments=arguments))
    if last.call is None:
        return (None,)
    return (
        InsertBesideCall("Flatten", last.call, before=False),
        InsertBesideCall("Dense", last.call, before=False, arguments=arguments),
    )
