"""Changes of the layers of a model. A layer is named by its Keras name, which is unique in it."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nbdiag.schema.cell import Scalar


@dataclass(frozen=True)
class SetLayerArgument:
    """Change one argument of one layer (activation, units, rate, kernel_initializer …)."""

    kind: ClassVar[str] = "set_layer_argument"
    layer: str
    argument: str
    value: Scalar


@dataclass(frozen=True)
class InsertLayer:
    """Put a new layer directly after (or, with ``before``, ahead of) a layer."""

    kind: ClassVar[str] = "insert_layer"
    class_name: str
    beside: str
    before: bool = False
    arguments: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class RemoveLayer:
    """Take a layer out."""

    kind: ClassVar[str] = "remove_layer"
    layer: str


@dataclass(frozen=True)
class ReplaceLayer:
    """Put a layer of another class in the place of one."""

    kind: ClassVar[str] = "replace_layer"
    layer: str
    class_name: str
    arguments: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class ScaleInputs:
    """Scale the inputs inside the model, where inference cannot forget it.

    Attributes
    ----------
    method
        "rescale" adds ``Rescaling(scale, offset)`` first, "standardize" adds a
        ``Normalization`` adapted to the training inputs.
    """

    kind: ClassVar[str] = "scale_inputs"
    method: Literal["rescale", "standardize"]
    scale: float = 1.0
    offset: float = 0.0
