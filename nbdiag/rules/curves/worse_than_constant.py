"""NBD302: the trained model is worse than always predicting the same value."""

from collections.abc import Iterator
from math import isfinite

from nbdiag.facts.training.curves import curve
from nbdiag.facts.training.gain import gain_after, loss_gain
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

MARGIN = 0.02
FALLING = 0.95


class WorseThanConstant(Rule):
    """The trained model is worse than always predicting the same value.

    What it finds
    -------------
    A training loss, re-evaluated after the last epoch, above the loss of the best prediction that
    ignores the inputs: the entropy of the labels for a cross-entropy, their variance for squared
    error. The epoch's own mean counts too, and the better one of the two is taken: the mean is
    late by half an epoch, the re-evaluation suffers where moving averages lag.

    Why it hurts
    ------------
    A constant needs no training at all. A model that does worse has been pushed away from the
    data by something: steps too large, a loss that cannot be lowered from where it is, labels
    outside of what the output can give.

    Example
    -------
    ::

        layers.Dense(1, activation="sigmoid")
        model.compile(keras.optimizers.Adam(0.1), "mse")
        # loss 0.487 where always predicting 0.5 gives 0.25

    Use instead
    -----------
    Look at the cause above this symptom. Whatever you change, compare with the constant again:
    it is drawn in the curves.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    2 % above the constant, because a probe of 64 to 256 samples measures the entropy of the labels
    with about that error. A loss that still falls by 5 % per epoch is reported as information: it
    may get there. So is one with a good accuracy: a few confident mistakes make any cross-entropy
    large.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning, 2006, 1.5.5 and 1.6.
    """

    code = "NBD302"
    name = "worse-than-constant"
    aspect = "curves"
    role = "symptom"
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the last level with the constant's."""
        if not run.history.completed:
            raise Skipped("no epoch was completed")
        reached = known(loss_gain(run))
        if reached >= -MARGIN or not isfinite(reached):
            return
        times = 1 - reached
        first = gain_after(run, 1)
        evidence = [
            Evidence(
                "training loss after the last epoch",
                say(
                    "{times:.3g} times that of always predicting the best single value", times=times
                ),
                "below 1",
                "history and probe at the end",
            )
        ]
        if not isinstance(first, Missing) and run.history.completed > 1:
            seen = say("{times:.3g} times", times=1 - first)
            evidence.append(Evidence("the same after epoch 1", seen, "below 1", "probe"))
        yield self.finding(
            say(
                "At the end your loss is {times:.3g} times that of always predicting the same "
                "value.",
                times=times,
            ),
            evidence,
            severity=_severity(run),
        )


def _severity(run: TrainingRun) -> Severity:
    losses = known(curve(run))
    falling = len(losses) > 1 and losses[-1] < FALLING * losses[-2]
    return "info" if falling or ending_of(run).works else "error"
