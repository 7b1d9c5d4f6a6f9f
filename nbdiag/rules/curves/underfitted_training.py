"""NBD310: training and validation loss are both poor, and no longer fall."""

from collections.abc import Iterator

from nbdiag.facts.training.curves import curve, pace
from nbdiag.facts.training.gain import POOR, gain
from nbdiag.facts.training.verdict import FAILED
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

SLOW = 0.02
FEWEST = 5


class UnderfittedTraining(Rule):
    """Training and validation loss are both poor, and no longer fall.

    What it finds
    -------------
    A training that has removed some, but less than three tenths, of the loss of always predicting
    the same value, on the training samples themselves, and whose loss falls by less than 2 % per
    epoch.

    Why it hurts
    ------------
    The model cannot even follow the rows that it has seen. More data of the same kind will not
    help; more capacity, better inputs or a better rate may.

    Example
    -------
    ::

        # ten classes: loss 1.9, accuracy 0.28, in training as in validation

    Use instead
    -----------
    Look at the cause above this symptom. Without one, see whether the model can memorise 50
    samples: if not, it is too small, too heavily regularized, or fed with the wrong inputs.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Between 5 % (below that the loss is stuck) and 30 % removed, over five epochs and more.
    Information only: for noisy data it may be all there is.

    References
    ----------
    Goodfellow, Bengio, Courville, "Deep Learning", 2016, 5.2.
    """

    code = "NBD310"
    name = "underfitted-training"
    aspect = "curves"
    role = "symptom"
    severity = "info"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge the level, then the slope."""
        losses = known(curve(run))
        level, slope = known(gain(run)), known(pace(losses))
        if len(losses) < FEWEST or not FAILED <= level < POOR or abs(slope) >= SLOW:
            return
        yield self.finding(
            say(
                "Your model underfits: even on its training samples it removes only {level:.0%} "
                "of the errors of always predicting the same value, and the loss changes by "
                "{slope:+.1%} per epoch.",
                level=level,
                slope=slope,
            ),
            (
                Evidence(
                    "gain over always predicting the same value",
                    f"{level:.0%}",
                    "70 % and more",
                    "history",
                ),
                Evidence(
                    "change of the loss",
                    say("{slope:+.1%} per epoch", slope=slope),
                    "-2 %",
                    "history",
                ),
            ),
        )
