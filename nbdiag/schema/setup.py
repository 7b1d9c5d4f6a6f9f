"""What ``compile`` and ``fit`` were given."""

from dataclasses import dataclass, field
from typing import Any, Literal

from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing

ARRAY_KINDS = ("numpy", "tensor", "pandas", "dict", "list")
"""Kinds of `FitCall.input_kind` whose rows lie in memory and can be taken by number."""


@dataclass(frozen=True)
class Loss:
    """The loss of one output.

    Attributes
    ----------
    output
        Key of the output; "" when the model has one.
    name
        Keras' name in snake case ("binary_crossentropy"), or the function's own name.
    custom
        Whether the loss is custom.
    from_logits
        Whether the loss expects raw scores.
    reduction
        How the rows of a batch become one number ("sum", "sum_over_batch_size"), "" when the loss
        does not say.
    written
        How the user gave it: a string, a function, an object.
    """

    output: str
    name: str
    custom: bool = False
    from_logits: bool = False
    label_smoothing: float = 0.0
    weight: float = 1.0
    written: Literal["string", "function", "object", "unknown"] = "unknown"
    reduction: str = ""


@dataclass(frozen=True)
class Metric:
    """One metric as Keras resolved it.

    Attributes
    ----------
    name
        Resolved name in snake case: "binary_accuracy" where the user wrote "acc" on one unit.
    written
        The word or class name that the user wrote.
    label
        Key in the history.
    threshold
        Cut of a thresholded metric, None where there is none.
    """

    output: str
    name: str
    written: str
    label: str
    custom: bool = False
    threshold: float | None = None
    from_logits: bool = False
    written_as: Literal["string", "function", "object", "unknown"] = "unknown"


@dataclass(frozen=True)
class Optimizer:
    """The optimizer and its settings.

    Attributes
    ----------
    name
        Class name in lower case: "adam", "sgd", "rmsprop".
    learning_rate
        Rate before the first step; Missing for a schedule that cannot be evaluated.
    schedule
        Class name of a learning-rate schedule, None for a constant.
    config
        All settings, plain JSON.
    written
        "omitted" when compile was called without one.
    """

    name: str
    learning_rate: float | Missing
    schedule: str | None = None
    config: dict[str, Any] = field(default_factory=dict)
    custom: bool = False
    written: Literal["string", "object", "omitted", "unknown"] = "unknown"


@dataclass(frozen=True)
class CompileSetup:
    """What ``compile`` was given.

    Attributes
    ----------
    kept
        Which of "loss" and "metrics" this call left out, though an earlier call had named them:
        Keras goes on with those of the earlier call.
    unread
        Arguments of this call that have no effect: "loss_weights" without a loss.
    stale
        Names of the layers that were frozen or unfrozen after the training step had been built:
        what is trained is what was trainable then.
    """

    losses: tuple[Loss, ...]
    metrics: tuple[Metric, ...]
    optimizer: Optimizer
    jit_compile: bool = False
    run_eagerly: bool = False
    site: CallSite | Missing = Missing("compiled before nbdiag was loaded")
    kept: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watcher:
    """A callback of Keras' own that acts on a curve.

    Attributes
    ----------
    name
        Class name.
    monitor
        Key of the curve.
    mode
        "min" or "max" where the user said so, "auto" otherwise.
    patience
        Epochs without improvement that it waits for, None when it does not wait.
    """

    name: str
    monitor: str
    mode: str = "auto"
    patience: int | None = None


@dataclass(frozen=True)
class FitCall:
    """The arguments of ``fit``.

    Attributes
    ----------
    given
        Names of the arguments that the user gave.
    input_kind
        Where the batches come from.
    validation
        Form of the validation data.
    callbacks
        Class names of the user's callbacks.
    watchers
        Those of them that act on a curve.
    steps
        Steps per epoch that were really run, None when unknown; of a loop, all its steps.
    steps_asked
        The argument ``steps_per_epoch``, None when it was not given.
    site
        Where ``fit`` was called.
    loop
        How a training without ``fit`` was followed: its calls of ``train_on_batch``, or the steps
        that it reported to `nbdiag.record`; "" for a ``fit``. A loop has no epochs.
    unread
        Of "epochs" and "initial_epoch", those whose number a text does not show: the fields have
        their defaults then. Empty for a fit that was watched.
    """

    given: tuple[str, ...] = ()
    input_kind: Literal[
        "numpy", "tensor", "pandas", "tf.data", "generator", "PyDataset", "dict", "list", "unknown"
    ] = "unknown"
    epochs: int = 1
    initial_epoch: int = 0
    batch_size: int | Missing = Missing("the data set makes its own batches")
    steps: int | None = None
    validation: Literal["none", "split", "data"] = "none"
    validation_split: float = 0.0
    shuffle: bool | Missing = True
    callbacks: tuple[str, ...] = ()
    class_weight: dict[int, float] | None = None
    sample_weight: bool = False
    site: CallSite | Missing = Missing("the call was not seen")
    loop: Literal["", "train_on_batch", "step"] = ""
    watchers: tuple[Watcher, ...] = ()
    steps_asked: int | None = None
    unread: tuple[str, ...] = ()
