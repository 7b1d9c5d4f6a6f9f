"""The layers of a failed model in order: from the model where there is one, else from the text."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nbdiag.facts.cache import per_run
from nbdiag.keras_api.layers import (
    class_name,
    is_layer,
    layer_class,
    with_axes,
    with_role,
    with_trait,
)
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import Call, Change, InsertBesideCall, InsertLayer, SetCallArgument
from nbdiag.schema.changes import SetLayerArgument as SetLayer
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_of
from nbdiag.syntax.values import value_of

RECURRENT = with_role("recurrent", "wrapper") & with_axes(3)
_TRANSPARENT = with_trait("keeps_shape")


@dataclass(frozen=True)
class Step:
    """One layer on the way through a model.

    Attributes
    ----------
    config
        What is known of its arguments.
    layer
        The live layer, None when the model was never built.
    found
        The call in the text that makes it, None when that is not known.
    doubled
        Whether the text wraps it in ``Bidirectional``, which joins two of them.
    """

    name: str
    config: dict[str, Any] = field(default_factory=dict)
    layer: Layer | None = None
    found: CellCall | None = None
    doubled: bool = False

    @property
    def call(self) -> Call | None:
        """The call that makes the layer."""
        if self.found is not None:
            return self.found.call
        if self.layer is None or isinstance(self.layer.site, Missing):
            return None
        site = self.layer.site
        return Call(self.layer.class_name, site.cell, site.line, site.column)

    def set(self, argument: str, value: Any) -> Change | None:
        """Return the change that sets an argument, None when nothing can."""
        if self.layer is not None and (isinstance(value, bool | int | float | str)):
            return SetLayer(self.layer.name, argument, value)
        call = self.call
        code = f'"{value}"' if isinstance(value, str) else repr(value)
        return SetCallArgument(call, argument, code) if call else None

    def put_before(self, class_name: str, values: tuple[int, ...] = ()) -> Change | None:
        """Return the change that puts a layer in front."""
        if self.layer is not None and not values:
            return InsertLayer(class_name, self.layer.name, before=True)
        call = self.call
        return InsertBesideCall(class_name, call, before=True, values=values) if call else None

    @property
    def needs(self) -> int | None:
        """Axes of one row that the layer insists on, None for any number."""
        row = layer_class(self.name)
        return None if row is None or row.axes is None else row.axes - 1

    @property
    def transparent(self) -> bool:
        """Whether the layer leaves the shape as it is."""
        return self.name in _TRANSPARENT


@per_run
def steps_of(run: TrainingRun) -> tuple[Step, ...]:
    """Return the layers of the model that failed, inputs left out, in order."""
    in_fit = run.error is not None and run.error.during == "fit"
    if in_fit and not isinstance(run.model, Missing):
        return tuple(
            Step(item.class_name, item.config, layer=item)
            for item in run.model.layers
            if item.class_name != "InputLayer"
        )
    return tuple(_from_text(run))


def _from_text(run: TrainingRun) -> Iterator[Step]:
    wrapped = {
        id(node): found
        for found in calls_of(run)
        if found.name in ("TimeDistributed", "Bidirectional")
        and (node := found.argument(0, "layer")) is not None
    }
    for found in calls_of(run):
        name = class_name(found.name)
        wrapper = wrapped.get(id(found.node))
        if not is_layer(name) or name in ("Input", "InputLayer", "Bidirectional"):
            continue
        if wrapper is not None and wrapper.name == "TimeDistributed":
            continue
        config = _config(run, found, name)
        if name == "TimeDistributed":
            for item in calls_of(run):
                if wrapped.get(id(item.node)) is found:
                    config["layer"] = _inner(run, item)
        yield Step(name, config, found=found, doubled=wrapper is not None)


def _inner(run: TrainingRun, found: CellCall) -> dict[str, Any]:
    """Describe a wrapped layer as the configuration of its wrapper does."""
    name = class_name(found.name)
    return {"class_name": name, "config": _config(run, found, name)}


def _config(run: TrainingRun, found: CellCall, name: str) -> dict[str, Any]:
    row = layer_class(name)
    order = row.positional if row is not None else ()
    config: dict[str, Any] = {}
    for place, key in enumerate(order):
        node = found.argument(place, key)
        if node is not None:
            config[key] = value_of(run, node)
    for key, node in found.named.items():
        if key not in config:
            config[key] = value_of(run, node)
    return config


def after_window(step: Step, sizes: Shape) -> Shape | None:
    """Return the sizes (without channels) after a layer with a window.

    Returns
    -------
    Shape or None
        None when they cannot be worked out; a size below 1 where the window does not fit.
    """
    pool = "Pooling" in step.name
    window = _each(step.config.get("pool_size" if pool else "kernel_size", 2), len(sizes))
    stride = step.config.get("strides")
    strides = _each(stride if stride is not None else (window if pool else 1), len(sizes))
    if window is None or strides is None or any(size is None for size in sizes):
        return None
    if step.config.get("padding") in ("same", "causal"):
        return tuple(math.ceil((size or 0) / by) for size, by in zip(sizes, strides, strict=True))
    return tuple(
        ((size or 0) - wide) // by + 1
        for size, wide, by in zip(sizes, window, strides, strict=True)
    )


def _each(value: Any, count: int) -> tuple[int, ...] | None:
    if isinstance(value, int) and value > 0:
        return (value,) * count
    if isinstance(value, list | tuple) and len(value) == count:
        return tuple(value) if all(isinstance(item, int) and item > 0 for item in value) else None
    return None


def too_wide(steps: tuple[Step, ...], row: Shape | None) -> tuple[Step, ...]:
    """Return the layers whose window is larger than what reaches them.

    Each of them counts as padded for the layers after it, so all that must change are found at
    once.
    """
    if row is None:
        return ()
    sizes: Shape | None = row[:-1]
    found: list[Step] = []
    for step in steps:
        plain = step.name.startswith(("Conv", "SeparableConv", "MaxPooling", "AveragePooling"))
        plain = plain and not step.name.startswith("ConvLSTM")
        if step.transparent:
            continue
        if not plain or "Transpose" in step.name or sizes is None or step.needs != len(sizes) + 1:
            break
        new = after_window(step, sizes)
        if new is not None and any(size is not None and size < 1 for size in new):
            found.append(step)
            new = after_window(Step(step.name, {**step.config, "padding": "same"}), sizes)
        sizes = new
    return tuple(found)
