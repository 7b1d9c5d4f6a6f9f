"""NBD306: the loss swings up and down from epoch to epoch."""

from collections.abc import Iterator

from nbdiag.facts.baseline import total_constant_loss
from nbdiag.facts.curves import curve, swing, turns
from nbdiag.facts.ending import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

WIDE = 0.1
OFTEN = 0.4


class OscillatingLoss(Rule):
    """The loss swings up and down from epoch to epoch.

    What it finds
    -------------
    A training loss that turns at two of five epochs or more over the last half, by a tenth of the
    constant answer's loss each time.

    Why it hurts
    ------------
    Which epoch ends the training is chance, and so is the quality of the model. Steps are too
    long for the valley, or batches too small to agree on a direction.

    Example
    -------
    ::

        # loss 0.61, 0.35, 0.58, 0.31, 0.66, 0.30 …

    Use instead
    -----------
    Look at the cause above this symptom. A lower learning rate, or one that falls on plateaus,
    and larger batches calm it.

    Fix safety
    ----------
    None: a symptom has no fix of its own.

    Thresholds and their source
    ---------------------------
    Pure noise turns at two of three epochs, a settling curve at hardly any. The size is measured
    against the constant's loss, not by relative change: near 0, jumps by any factor are
    harmless. A training that works all the same gets information only.

    References
    ----------
    Zhang et al., "AUTOTRAINER", ICSE 2021 (unstable loss: swings of 0.03 in accuracy).
    """

    code = "NBD306"
    name = "oscillating-loss"
    aspect = "curves"
    role = "symptom"
    severity = "warning"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Measure how often and how far the curve turns."""
        losses = known(curve(run))
        size, share = known(swing(losses)), known(turns(losses))
        constant = known(total_constant_loss(run))
        if constant <= 0 or share < OFTEN or size < WIDE * constant:
            return
        yield self.finding(
            say(
                "Your loss swings by about {size:.3g} from epoch to epoch, {share:.0%} of what a "
                "constant answer loses.",
                size=size,
                share=size / constant,
            ),
            (
                Evidence(
                    "typical swing",
                    f"{size:.3g}",
                    say("below {limit:.2g}", limit=WIDE * constant),
                    "history",
                ),
                Evidence("epochs at which it turns", f"{share:.0%}", "below 40 %", "history"),
            ),
            severity="info" if ending_of(run).works else "warning",
        )
