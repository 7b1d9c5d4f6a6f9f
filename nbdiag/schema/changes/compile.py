"""Changes of what ``compile`` is given: loss, metrics, optimizer."""

from dataclasses import dataclass, field
from typing import ClassVar

from nbdiag.schema.cell import Scalar


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
