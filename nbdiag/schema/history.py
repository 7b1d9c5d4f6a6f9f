"""Curves of a training."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class StepCurve:
    """Losses at single steps, thinned so that no spike is lost.

    Attributes
    ----------
    steps, losses
        Step numbers from 0 and the loss of that step's batch.
    """

    steps: tuple[int, ...] = ()
    losses: tuple[float, ...] = ()


@dataclass(frozen=True)
class History:
    """Curves of the training.

    Attributes
    ----------
    epochs
        Per metric label, one value per epoch ("loss", "val_loss", …), as Keras reports them.
    seconds
        Wall time of each epoch; never shown, used to say what a stop has saved.
    learning_rates
        Rate at the end of each epoch.
    step_losses
        Losses of single batches where they were free to see.
    steps
        Steps that were run in each completed epoch; empty in runs recorded before they were
        counted.
    first_rate
        Rate of the first step of a training with callbacks, which may change it; else None.
    """

    epochs: dict[str, tuple[float, ...]] = field(default_factory=dict)
    completed: int = 0
    seconds: tuple[float, ...] = ()
    learning_rates: tuple[float, ...] = ()
    step_losses: StepCurve = StepCurve()
    steps: tuple[int, ...] = ()
    first_rate: float | None = None
