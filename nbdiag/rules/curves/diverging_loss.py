"""NBD303: the loss grows instead of falling."""

from collections.abc import Iterator
from math import isfinite

from nbdiag.facts.training.curves import curve, jump
from nbdiag.facts.training.gain import loss_gain
from nbdiag.facts.training.verdict import ending_of, first_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding, Mark
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

TIMES = 3.0


class DivergingLoss(Rule):
    """The loss grows instead of falling.

    What it finds
    -------------
    A training loss that ends at three times its lowest value or more, the loss before the first
    step included, and above that of always predicting the same value. A loss that had fallen well
    and jumps once is another fault (late-jump), as is one that became NaN.

    Why it hurts
    ------------
    Steps that overshoot make the next gradient larger, and the next step longer still. Left alone
    it ends in numbers that overflow.

    Example
    -------
    ::

        model.compile(keras.optimizers.SGD(1.3), "mse")
        # loss 12.1, 30.4, 77.6, 198.8 …

    Use instead
    -----------
    Look at the cause above this symptom: a learning rate that is too high for the data, inputs or
    targets that are far from unit scale, a loss without a lower end.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Three times: epoch means of sound trainings rise by less than half. The constant comes first:
    a loss that rises from 0.001 to 0.003 has not diverged.

    References
    ----------
    LeCun, Bottou, Orr, Müller, "Efficient BackProp", 1998, 4.7 (when descent diverges).
    """

    code = "NBD303"
    name = "diverging-loss"
    aspect = "curves"
    role = "symptom"
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the end with the lowest value, then with the constant."""
        losses = known(curve(run))
        reached = loss_gain(run)
        if ending_of(run).works or not isfinite(losses[-1]):
            return
        if not isinstance(reached, Missing) and reached >= 0:
            return
        start = first_probe(run)
        earlier = [value for value in losses if isfinite(value)]
        if start is not None and not isinstance(start.loss, Missing) and isfinite(start.loss):
            earlier.append(start.loss)
        lowest = min(earlier)
        if not losses[-1] > TIMES * lowest > 0 or jump(losses, 0.0):
            return
        yield self.finding(
            say(
                "Your loss grows: {last:.4g} in the last epoch, {times:.3g} times its lowest "
                "value, {lowest:.4g}.",
                last=losses[-1],
                times=losses[-1] / lowest,
                lowest=lowest,
            ),
            (
                Evidence(
                    "loss of the last epoch",
                    f"{losses[-1]:.4g}",
                    say("below {lowest:.4g}, the lowest seen", lowest=lowest),
                    "history",
                ),
            ),
            marks=(Mark(len(losses), "grows"),),
        )
