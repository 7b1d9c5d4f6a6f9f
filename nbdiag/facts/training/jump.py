"""Where a loss that had fallen jumps up, by epoch or by step."""

from dataclasses import dataclass

from nbdiag.facts.cache import per_run
from nbdiag.facts.optimization.updates import step_losses, steps_per_epoch
from nbdiag.facts.training.baseline import total_constant_loss
from nbdiag.facts.training.curves import curve, jump
from nbdiag.keras_api.callbacks import with_trait
from nbdiag.language import say
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

HIGH = 0.25
KEEPERS = with_trait("keeps_weights")
"""Callbacks that keep the weights of an earlier epoch."""
STEPS_BEFORE = 200
STEPS_AFTER = 50


@dataclass(frozen=True)
class LateJump:
    """A lasting rise of the training loss.

    Attributes
    ----------
    epoch
        From 1.
    place
        Words for the place: "epoch 12", or "step 8,021 (epoch 3)".
    before, after
        Levels.
    recovered
        Whether the loss came down again.
    kept
        Whether a callback keeps weights of before.
    """

    epoch: int
    place: str
    before: float
    after: float
    recovered: bool
    kept: bool = False

    @property
    def harmless(self) -> bool:
        """Whether the training ends with good weights all the same."""
        return self.recovered or self.kept


@per_run
def late_jump(run: TrainingRun) -> LateJump | Missing | None:
    """Find the first lasting rise after a fall: in the epochs, else in the steps.

    High is what exceeds a quarter of the loss of always predicting the same value, or of the first
    value where that is not known.
    """
    losses = curve(run)
    if isinstance(losses, Missing):
        return losses
    constant = total_constant_loss(run)
    level = losses[0] if isinstance(constant, Missing) else constant
    kept = bool(KEEPERS & set(run.fit.callbacks))
    found = jump(losses, HIGH * level)
    if found is not None:
        epoch = found.at + 1
        return LateJump(
            epoch,
            say("epoch {epoch}", epoch=epoch),
            found.before,
            found.after,
            found.recovered,
            kept,
        )
    steps, each = step_losses(run), steps_per_epoch(run)
    thin = bool(steps) and steps[-1][0] >= len(steps)
    if isinstance(each, Missing) or thin:
        # Thinned by extremes: neighbours are no longer neighbouring steps, medians mean nothing.
        return None
    found = jump([loss for _, loss in steps], HIGH * level, STEPS_BEFORE, STEPS_AFTER)
    if found is None:
        return None
    step, _ = steps[found.at]
    epoch = step // each + 1
    place = say("step {step:,} (epoch {epoch})", step=step + 1, epoch=epoch)
    return LateJump(epoch, place, found.before, found.after, found.recovered, kept)
