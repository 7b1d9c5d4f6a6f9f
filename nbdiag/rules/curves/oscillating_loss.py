"""NBD306: the loss swings up and down from epoch to epoch."""

from collections.abc import Iterator

from nbdiag.facts.training.oscillation import WIDE, swing_of
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun


class OscillatingLoss(Rule):
    """The loss swings up and down from epoch to epoch.

    What it finds
    -------------
    A training loss that turns at two of five epochs or more over the last half, each time by a
    tenth of the loss of always predicting the same value.

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
    None: a symptom has no separate fix.

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
        found = known(swing_of(run))
        if found is None:
            return
        size, share = found.size, found.turns
        constant = size / found.share
        yield self.finding(
            say(
                "Your loss swings by about {size:.3g} from epoch to epoch: {share:.0%} of the "
                "loss of always predicting the same value.",
                size=size,
                share=found.share,
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
