"""The closed set of changes that a rule may name.

A rule never edits anything. It names changes; `nbdiag.edits` applies them to the user's text and
`nbdiag.trial` to the live Keras setup, and a property test holds the two together. Layers are named
by their Keras name, which is unique within a model.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nbdiag.schema.cell import Scalar
from nbdiag.schema.text_change import (
    AddCompile,
    CallOfKeras,
    ConvertData,
    InsertBesideCall,
    InsertFirst,
    SetCallArgument,
    SetInputShape,
    WriteForKeras3,
    WriteInPlace,
)


@dataclass(frozen=True)
class SetLoss:
    """Use another loss.

    Attributes
    ----------
    loss
        Keras' name in snake case, "binary_crossentropy".
    from_logits
        Whether the loss is to take raw scores (then it is written as an object).
    output
        Key of the output, "" for the only one.
    """

    kind: ClassVar[str] = "set_loss"
    loss: str
    from_logits: bool = False
    output: str = ""


@dataclass(frozen=True)
class MetricSpec:
    """A metric: a word ("accuracy") or a class of ``keras.metrics`` with arguments."""

    name: str
    arguments: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class ReplaceMetric:
    """Put another metric in the place of one; ``new`` None removes it.

    Attributes
    ----------
    old
        What the user wrote ("acc", "BinaryAccuracy"), as in ``Metric.written``.
    """

    kind: ClassVar[str] = "replace_metric"
    old: str
    new: MetricSpec | None
    output: str = ""


@dataclass(frozen=True)
class SetOptimizer:
    """Use another optimizer: a class of ``keras.optimizers`` with arguments."""

    kind: ClassVar[str] = "set_optimizer"
    name: str
    arguments: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class SetOptimizerArgument:
    """Change one argument of the optimizer, keeping the others."""

    kind: ClassVar[str] = "set_optimizer_argument"
    argument: str
    value: Scalar


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


@dataclass(frozen=True)
class ScaleTargets:
    """Standardise regression targets in training and validation: (y - mean) / std."""

    kind: ClassVar[str] = "scale_targets"
    mean: float
    std: float


@dataclass(frozen=True)
class EncodeLabels:
    """Write training and validation labels in another form.

    Attributes
    ----------
    form
        "one_hot" (``to_categorical(y, value)``), "class_index" (``argmax`` over the last axis),
        "subtract" and "divide" (by ``value``), "greater" (1 where y > value, else 0), "multiply"
        (by ``value``, rounded to whole numbers: class numbers that were divided come back).
    """

    kind: ClassVar[str] = "encode_labels"
    form: Literal["one_hot", "class_index", "subtract", "divide", "greater", "multiply"]
    value: float | int | None = None
    output: str = ""


@dataclass(frozen=True)
class SetFitArgument:
    """Change one argument of ``fit`` (epochs, batch_size, validation_split, shuffle …)."""

    kind: ClassVar[str] = "set_fit_argument"
    argument: str
    value: Scalar


@dataclass(frozen=True)
class AddCallback:
    """Add a callback of ``keras.callbacks`` to ``fit``."""

    kind: ClassVar[str] = "add_callback"
    name: str
    arguments: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class ShuffleRows:
    """Shuffle inputs and labels together, with a fixed seed, before ``fit`` splits them."""

    kind: ClassVar[str] = "shuffle_rows"
    seed: int = 0


@dataclass(frozen=True)
class SplitAnew:  # prose: ignore - the name of the kind is in saved reports
    """Distribute the samples of both sides of the split again, as many for each side as before.

    For sides that were made by hand; inputs and labels stay together.

    Attributes
    ----------
    stratify
        Whether every class is to have the same share on both sides.
    """

    kind: ClassVar[str] = "split_anew"
    stratify: bool = True
    seed: int = 0


@dataclass(frozen=True)
class DropShared:
    """Drop the rows that both sides of the split have, byte for byte, from one of them."""

    kind: ClassVar[str] = "drop_shared"
    side: Literal["training", "validation"]


@dataclass(frozen=True)
class MakeAgain:
    """Make what the cell starts from within the cell, so that it can be run again.

    Attributes
    ----------
    part
        "data" brings the lines of earlier cells that make the rows the cell prepares, of the text
        alone; "model" those that build the model, where fit went on with trained weights.
    """

    kind: ClassVar[str] = "make_again"
    part: Literal["data", "model"]


Change = (
    SetLoss
    | ReplaceMetric
    | SetOptimizer
    | SetOptimizerArgument
    | SetLayerArgument
    | InsertLayer
    | RemoveLayer
    | ReplaceLayer
    | ScaleInputs
    | ScaleTargets
    | EncodeLabels
    | SetFitArgument
    | AddCallback
    | ShuffleRows
    | SplitAnew
    | DropShared
    | MakeAgain
    | WriteForKeras3
    | SetInputShape
    | InsertFirst
    | ConvertData
    | SetCallArgument
    | CallOfKeras
    | InsertBesideCall
    | AddCompile
    | WriteInPlace
)

OF_TEXT = (
    WriteForKeras3,
    SetInputShape,
    InsertFirst,
    ConvertData,
    SetCallArgument,
    CallOfKeras,
    InsertBesideCall,
    AddCompile,
    WriteInPlace,
)
"""Changes of the text alone, for cells that failed before there was a training to rebuild."""


def is_of_text(change: Change) -> bool:
    """Whether a change can be made in the text alone, and not on the live objects."""
    return isinstance(change, OF_TEXT) or (isinstance(change, MakeAgain) and change.part == "data")
