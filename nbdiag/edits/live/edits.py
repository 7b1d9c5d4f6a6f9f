"""What changes make of a live training, as plain values.

A kind of change says here what should differ; `nbdiag.trial` makes it so on copies of the model and
the data, and `nbdiag.edits.live.cell` writes the cell that makes it so on the model itself. Neither
of them knows a kind of change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from nbdiag.language import Reason
from nbdiag.schema.cell import Scalar
from nbdiag.schema.changes import ReplaceMetric, ScaleInputs, SetLoss

# Callbacks, metrics and lengths say nothing about a single step of the training.
_SEEN_IN_STEPS = ("batch_size", "shuffle", "validation_split", "class_weight")


class CannotRebuild(Reason):
    """Raised when a copy cannot be made or changed with certainty; its text is the reason."""


@dataclass(frozen=True)
class NewObject:
    """A layer, an optimizer or a callback of Keras: its class and the arguments."""

    name: str
    arguments: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Deal:
    """Puts samples on the two sides of a split.

    Attributes
    ----------
    sides
        Gets all inputs and all labels, and the numbers of the samples that are trained and
        validated on; returns these numbers as they should be.
    trains
        Whether other samples are trained on afterwards.
    """

    sides: Callable[[Any, Any, tuple[Any, Any]], tuple[Any, Any]]
    trains: bool = True


@dataclass
class LiveEdits:
    """What should differ in a training that is made again.

    Attributes
    ----------
    arguments
        Arguments of layers, by name of the layer.
    replaced, removed, before, after
        Layers in the place of others, taken out, put ahead of and after others.
    scalings
        Layers that scale the inputs, directly after the input.
    losses, metrics
        Losses and metrics in the place of others.
    optimizer
        The new optimizer, None to keep the class and the settings.
    optimizer_arguments
        Its arguments that should differ.
    deals, orders
        Samples distributed to both sides again, and seeds by which those of fit are shuffled.
    labels
        Functions that write the labels of an output in another form.
    fit, callbacks
        Arguments and callbacks of fit.
    fresh
        Whether the weights should be fresh ones, which those of a copy always are.
    """

    arguments: dict[str, dict[str, Scalar]] = field(default_factory=dict)
    replaced: dict[str, NewObject] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    before: dict[str, list[NewObject]] = field(default_factory=dict)
    after: dict[str, list[NewObject]] = field(default_factory=dict)
    scalings: list[ScaleInputs] = field(default_factory=list)
    losses: list[SetLoss] = field(default_factory=list)
    metrics: list[ReplaceMetric] = field(default_factory=list)
    optimizer: NewObject | None = None
    optimizer_arguments: dict[str, Scalar] = field(default_factory=dict)
    deals: list[Deal] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    labels: list[tuple[str, Callable[[Any], Any]]] = field(default_factory=list)
    fit: dict[str, Scalar] = field(default_factory=dict)
    callbacks: list[NewObject] = field(default_factory=list)
    fresh: bool = False

    @property
    def named(self) -> set[str]:
        """Names of all layers that are changed."""
        return {*self.arguments, *self.replaced} | self.reshaped

    @property
    def reshaped(self) -> set[str]:
        """Names of the layers where the graph changes."""
        return {*self.removed, *self.before, *self.after}

    def of_layer(self, name: str) -> tuple[object, ...]:
        """Return what should differ in a layer, without its name."""
        sides = self.before.get(name), self.after.get(name)
        return self.arguments.get(name), self.replaced.get(name), name in self.removed, *sides

    @property
    def concerns_fit(self) -> bool:
        """Whether something about fit should differ: its data, its arguments, its callbacks."""
        return any((self.deals, self.orders, self.labels, self.fit, self.callbacks))

    @property
    def shows_in_steps(self) -> bool:
        """Whether single training steps differ."""
        seen = {name: value for name, value in self.fit.items() if name in _SEEN_IN_STEPS}
        deals = [item for item in self.deals if item.trains]
        return replace(self, fit=seen, deals=deals, metrics=[], callbacks=[]) != UNCHANGED

    def in_place(self) -> "LiveEdits":
        """Return the edits with every sample left where it is."""
        return replace(self, deals=[], orders=[])


UNCHANGED = LiveEdits()
"""Those of a plain copy."""
