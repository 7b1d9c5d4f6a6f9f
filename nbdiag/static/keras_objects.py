"""Layers, tensors, models and settings of Keras, as the text of a program makes them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from nbdiag.schema.cell import CallSite, Shape
from nbdiag.schema.missing import Missing
from nbdiag.syntax.program.domain import (
    DictValue,
    Given,
    Instance,
    LibraryObject,
    ListValue,
    Value,
)

UNKNOWN_PART = "UnknownLayer"
"""Class name of what takes the place of a layer that the text does not show."""


@dataclass(eq=False)
class KerasLayer(LibraryObject):
    """A layer, or what may be one.

    Attributes
    ----------
    class_name, builtin, application
        As in `nbdiag.schema.model.Layer`.
    given
        The arguments that it was made with; None for a custom one.
    trainable
        True, False, or something that the text does not show.
    """

    class_name: str
    site: CallSite | Missing
    name: str
    builtin: bool = True
    given: Given | None = None
    trainable: Value = True
    application: str = ""


@dataclass(eq=False)
class KerasTensor(LibraryObject):
    """A symbolic tensor.

    Attributes
    ----------
    maker
        The layer or model that returns it, the name of an operation, or None for an input.
    sources
        The tensors that its maker was called on.
    shape
        Of one sample, where it is declared.
    input_layer
        The layer that an input is.
    place
        Which of the outputs of its maker it is.
    """

    maker: "KerasLayer | KerasModel | str | None"
    sources: tuple["KerasTensor", ...] = ()
    shape: Shape | None = None
    input_layer: KerasLayer | None = None
    place: int = 0


@dataclass(eq=False)
class Compilation:
    """One call of compile.

    Attributes
    ----------
    earlier
        The call before it, None for the first one.
    """

    given: Given
    earlier: "Compilation | None" = None


@dataclass(eq=False)
class KerasModel(LibraryObject):
    """A model.

    Attributes
    ----------
    listed
        Layers of a Sequential model, models and tensors of inputs among them, in order.
    inputs, outputs
        Tensors of a functional model.
    instance
        The object of the program, for a model of a custom class.
    compilation
        The newest call of compile, None before the first.
    frozen
        Which layers were trainable when the training step was built, by the identity of the layer.
    steps
        Whether the optimizer has made steps since it was compiled.
    """

    kind: Literal["sequential", "functional", "subclass"]
    site: CallSite
    name: str
    listed: list[Value] = field(default_factory=list)
    inputs: tuple[KerasTensor, ...] = ()
    outputs: tuple[KerasTensor, ...] = ()
    instance: Instance | None = None
    compilation: Compilation | None = None
    trainable: Value = True
    built: dict[int, Value] = field(default_factory=dict)
    steps: bool = False


@dataclass(eq=False)
class Setting(LibraryObject):
    """An optimizer, a loss, a metric, an initializer … with the arguments that it was made with.

    Attributes
    ----------
    path
        Its place in Keras ("optimizers.Adam").
    """

    path: str
    given: Given

    @property
    def class_name(self) -> str:
        """Name of its class."""
        return self.path.rpartition(".")[2]


def layer_of(value: Value) -> KerasLayer | None:
    """Return the layer that a value is: one of Keras, or an object of a custom class."""
    if isinstance(value, Instance):
        value = value.parts.get("layer")
    return value if isinstance(value, KerasLayer) else None


def model_of(value: Value) -> KerasModel | None:
    """Return the model that a value is: one of Keras, or an object of a custom class."""
    if isinstance(value, Instance):
        value = value.parts.get("model")
    return value if isinstance(value, KerasModel) else None


def parts_of(value: Value, depth: int = 4) -> Iterator[KerasLayer | KerasModel]:
    """Go through the layers and models that an attribute holds, in lists as well."""
    found = layer_of(value) or model_of(value)
    if found is not None:
        yield found
        return
    items: tuple[Value, ...] = value if isinstance(value, tuple) else ()
    if isinstance(value, ListValue | DictValue):
        items = tuple(value.items.values() if isinstance(value, DictValue) else value.items)
    for item in items if depth else ():
        yield from parts_of(item, depth - 1)
