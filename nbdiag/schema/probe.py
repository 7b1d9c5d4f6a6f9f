"""Looks at the model on one fixed batch, before, while and after it learns.

Numbers are float64, and shares lie in [0, 1].
"""

from dataclasses import dataclass
from typing import Literal

from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing


@dataclass(frozen=True)
class VariableProbe:
    """One trainable variable at one moment.

    Attributes
    ----------
    gradient_norm, weight_norm
        Euclidean norms; the gradient is that of the probe batch's loss.
    zero_share
        Share of gradient entries that are exactly zero.
    update_ratio
        Norm of the change since the last probe over the norm then; None at the first probe.
    """

    name: str
    layer: str
    size: int
    weight_norm: float
    gradient_norm: float | Missing
    zero_share: float | Missing = Missing("not measured")
    update_ratio: float | None = None
    nans: int = 0


@dataclass(frozen=True)
class ActivationProbe:
    """One layer's output on the probe batch.

    Attributes
    ----------
    dead
        Share of units that are zero on every row (for relu and its kin).
    saturated
        Share of values within 0.01 of a bound of sigmoid or tanh.
    std
        Mean over units of the standard deviation over rows.
    """

    layer: str
    activation: str
    minimum: float
    maximum: float
    mean: float
    std: float
    dead: float | None = None
    saturated: float | None = None


@dataclass(frozen=True)
class PictureProbe:
    """What one layer that acts in training alone does to pictures: before it against after it.

    Attributes
    ----------
    low, high
        Least and greatest value before it.
    lost
        Share of the pictures that differ from pixel to pixel before it and hardly do after it.
    shift
        Mean distance that a picture's mean moves, in units of ``high - low``.
    likeness
        Mean correlation of a picture before and after it, None where its shape is another.
    """

    layer: str
    low: float
    high: float
    lost: float
    shift: float
    likeness: float | None = None


@dataclass(frozen=True)
class OutputProbe:
    """What the model returns on the probe batch.

    Attributes
    ----------
    in_unit
        Share of values in [0, 1].
    row_sums
        Least and greatest sum over the last axis.
    spread
        Mean over units of the standard deviation over rows: 0 means that all predictions are the
        same.
    saturated
        Share of values within 0.01 of 0 or 1, when all lie in [0, 1].
    """

    output: str
    minimum: float
    maximum: float
    mean: float
    std: float
    spread: float
    in_unit: float
    row_sums: tuple[float, float]
    saturated: float = 0.0
    nans: int = 0


@dataclass(frozen=True)
class Break:
    """The operation at which values of a probe stopped being numbers.

    Attributes
    ----------
    direction
        "forward" where its result is not finite, "backward" where its slope is not.
    operation
        TensorFlow's name of it: "Sqrt", "Log", "RealDiv".
    layer
        Name of the layer that it belongs to, "" outside of the layers.
    in_loss
        Whether it belongs to the loss.
    low, high
        Least and greatest number that it took; the divisor's, for a quotient.
    site
        Line of the user's cells that made it; Missing where Keras' own code did.
    """

    direction: Literal["forward", "backward"]
    operation: str
    layer: str = ""
    in_loss: bool = False
    low: float = 0.0
    high: float = 0.0
    site: CallSite | Missing = Missing("no line of a cell made it")


@dataclass(frozen=True)
class Probe:
    """A look at the model on one fixed batch, without touching the training.

    Attributes
    ----------
    moment
        "start" before the first step, "epoch" after an epoch, "end" after training.
    epoch
        Epochs completed at that moment.
    rows
        Size of the probe batch.
    loss
        Total loss on the batch in inference mode. Moving averages that have seen no batch are
        replaced by the batch's own: without them a fresh model normalizes nothing.
    constant_loss
        Per output, the least loss on the same labels that an answer ignoring the inputs can
        reach; Missing when the loss has no known best constant.
    penalty
        The part of ``loss`` that regularizers and ``add_loss`` contribute: it is the same for a
        constant prediction, so it is subtracted before the two are compared.
    returned_loss
        The loss of the values that the model returns, where TensorFlow's losses take the raw
        outputs before the last activation instead; Missing where the loss takes what is returned.
    first_break
        Where values stop being numbers, with weights that are numbers; Missing where they do not.
    pictures
        What layers without weights do to pictures in training: augmentation, noise.
    """

    moment: Literal["start", "epoch", "end"]
    epoch: int
    rows: int
    loss: float | Missing
    outputs: tuple[OutputProbe, ...] = ()
    variables: tuple[VariableProbe, ...] | Missing = Missing("not measured")
    activations: tuple[ActivationProbe, ...] | Missing = Missing("not measured")
    constant_loss: float | Missing = Missing("not computed")
    penalty: float = 0.0
    returned_loss: float | Missing = Missing("not computed")
    first_break: Break | Missing = Missing("every result is a number")
    pictures: tuple[PictureProbe, ...] = ()
