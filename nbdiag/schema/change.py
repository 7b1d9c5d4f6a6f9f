"""The closed set of changes that a rule may name.

A rule never edits anything. It names changes; `nbdiag.source` applies them to the user's text and
`nbdiag.trial` to the live Keras setup, and a property test holds the two together. Layers are named
by their Keras name, which is unique within a model.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

Scalar = bool | int | float | str | None


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
        "subtract" and "divide" (by ``value``), "greater" (1 where y > value, else 0).
    """

    kind: ClassVar[str] = "encode_labels"
    form: Literal["one_hot", "class_index", "subtract", "divide", "greater"]
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
class SplitAnew:
    """Deal the rows of both sides of the split out anew, as many to each side as it had.

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


@dataclass(frozen=True)
class Call:
    """A call in the user's text, for changes that must work without a model.

    Attributes
    ----------
    name
        What is called, the last part of its dotted name.
    cell, line, column
        Where the call begins: number of the cell, line from 1 in its raw text, offset in
        characters.
    """

    name: str
    cell: int
    line: int
    column: int


@dataclass(frozen=True)
class WriteForKeras3:
    """Write calls, arguments and imports of Keras 2 as Keras 3 knows them, in the whole cell.

    Of the text alone: there is no live setup that an old call could have made.
    """

    kind: ClassVar[str] = "write_for_keras3"


@dataclass(frozen=True)
class SetInputShape:
    """Declare another shape of one row, in ``Input`` or in the first layer's ``input_shape``.

    Of the text alone: a model that was declared otherwise was never built.
    """

    kind: ClassVar[str] = "set_input_shape"
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class InsertFirst:
    """Put a layer in front of all others, behind ``Input``: ``Reshape`` or ``Permute``.

    Of the text alone, as it is for models that were never built.

    Attributes
    ----------
    values
        The layer's only argument, a tuple of whole numbers; none is written when it is empty.
    """

    kind: ClassVar[str] = "insert_first"
    class_name: str
    values: tuple[int, ...] = ()


@dataclass(frozen=True)
class ConvertData:
    """Give the model its inputs or labels in another form, wherever it is given them.

    Of the text alone, as it is for data that no model has taken.

    Attributes
    ----------
    part
        What is converted.
    form
        "float32" (numbers from objects, texts or lists), "stack" (one array from a sequence of
        arrays), "pad" (sequences of one length), "row" (one row becomes a batch), "last_axis"
        (a new last axis), "squeeze" (axis ``value`` is taken out), "class_numbers" (names
        become numbers from 0), "first_rows" (the first ``value`` rows), "unlist" (the array out
        of a list of one), "batch" (``.batch(value)`` of a data set), "itself" (each input of a
        data set is its own label), "stack_column" (one array from a column of arrays), "dummies"
        (a table whose texts become columns of 0 and 1).
    at
        The one call that is meant, None for every call of ``fit`` and ``evaluate``.
    """

    kind: ClassVar[str] = "convert_data"
    part: Literal["inputs", "labels"]
    form: Literal[
        "float32",
        "stack",
        "pad",
        "row",
        "last_axis",
        "squeeze",
        "class_numbers",
        "first_rows",
        "unlist",
        "batch",
        "itself",
        "stack_column",
        "dummies",
    ]
    value: int | None = None
    at: Call | None = None


@dataclass(frozen=True)
class SetCallArgument:
    """Change one argument of a call in the text, keeping the others.

    Of the text alone: the layer was never built.

    Attributes
    ----------
    argument
        Its name; "" for the first one, of a layer that is applied as it is made.
    code
        Python text of the new value.
    """

    kind: ClassVar[str] = "set_call_argument"
    call: Call
    argument: str
    code: str


@dataclass(frozen=True)
class CallOfKeras:
    """Call a function of ``keras.ops`` in the place of another, with the same arguments.

    Of the text alone.
    """

    kind: ClassVar[str] = "call_of_keras"
    call: Call
    name: str


@dataclass(frozen=True)
class InsertBesideCall:
    """Put a layer directly before or after the layer that a call in the text makes.

    Of the text alone: the layer was never built.

    Attributes
    ----------
    values, arguments
        The layer's only argument, a tuple of whole numbers; or its arguments by name.
    """

    kind: ClassVar[str] = "insert_beside_call"
    class_name: str
    call: Call
    before: bool = True
    values: tuple[int, ...] = ()
    arguments: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class AddCompile:
    """Call ``compile`` ahead of ``fit``, which nothing does.

    Of the text alone.
    """

    kind: ClassVar[str] = "add_compile"
    loss: str
    optimizer: str = "adam"
    metrics: tuple[str, ...] = ()


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
)
"""Changes of the text alone, for cells that failed before there was a training to rebuild."""


def is_of_text(change: Change) -> bool:
    """Whether a change can be made in the text alone, and not on the live objects."""
    return isinstance(change, OF_TEXT) or (isinstance(change, MakeAgain) and change.part == "data")
