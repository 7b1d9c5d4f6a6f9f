"""NBD304: the loss does not fall below that of always predicting the same value."""

from collections.abc import Iterator

from nbdiag.facts.training.curves import curve, pace
from nbdiag.facts.training.gain import beats_chance, gain
from nbdiag.facts.training.verdict import FAILED
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

FLAT = 0.005


class StuckLoss(Rule):
    """The loss does not fall below that of always predicting the same value.

    What it finds
    -------------
    A training loss whose slope is flat over the last half, on a level where always predicting the
    same value is as good as the model. Level comes before slope: a flat loss far below that level
    has converged, and is not a finding at all.

    Why it hurts
    ------------
    Nothing of the inputs has been used. Flat curves at that level have many causes, and their
    remedies contradict each other: a learning rate of 1e-6 must be raised, one of 10 lowered,
    and with shuffled labels neither helps. The curve alone cannot say which.

    Example
    -------
    ::

        # loss 1.386 … 1.386 with four equally frequent classes: ln 4 = 1.386

    Use instead
    -----------
    Look at the cause above this symptom. Where none is named, check a few rows by hand: do the
    labels belong to the inputs?

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Flat: the Theil-Sen slope of the logarithm is below 0.5 % per epoch (measured on digits: -12 %
    for a sound training, 0.3 % with random labels, 0.02 % at a rate of 1e-6, 0.9 % with dropout
    0.9). Under ten epochs, the mean change per epoch since the first counts. The level: less than
    5 % of the constant's loss, or of its errors, removed; not where held-out rows are named right
    by four standard errors more often than the most frequent class is met, and a tenth of its
    errors avoided: predictions that are nearly coin flips leave a loss near that of a coin.

    References
    ----------
    P. K. Sen, JASA 63, 1968 (the slope).
    """

    code = "NBD304"
    name = "stuck-loss"
    aspect = "curves"
    role = "symptom"
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge level first, then slope."""
        losses = known(curve(run))
        level = known(gain(run))
        if level >= FAILED or beats_chance(run):
            return
        slope = known(pace(losses))
        if abs(slope) >= FLAT:
            return
        where = say("would be as good") if level > -FAILED else say("would be better")
        yield self.finding(
            say(
                "Your loss is stuck at {last:.4g}: it changes by {slope:.2%} per epoch. Guessing "
                "without looking at the input {where}.",
                last=losses[-1],
                slope=abs(slope),
                where=where,
            ),
            (
                Evidence(
                    "change of the loss",
                    say("{slope:+.2%} per epoch", slope=slope),
                    "-1 % and more",
                    "history",
                ),
                Evidence(
                    "gain over always predicting the same value",
                    f"{level:.1%}",
                    "above 5 %",
                    "history",
                ),
            ),
        )
