"""Changes of the samples and labels that a training is given."""

from dataclasses import dataclass
from typing import ClassVar, Literal


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
class ScaleTargets:
    """Standardise regression targets in training and validation: (y - mean) / std."""

    kind: ClassVar[str] = "scale_targets"
    mean: float
    std: float


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
