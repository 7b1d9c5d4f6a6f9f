"""NBD307: after a long fall the loss jumps up and stays."""

from collections.abc import Iterator

from nbdiag.facts.training.jump import late_jump
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding, Mark
from nbdiag.schema.run import TrainingRun


class LateJump(Rule):
    """After a long fall the loss jumps up and stays.

    What it finds
    -------------
    The epoch, or the step within it, at which a loss that had fallen to half and less rises to
    three times its level of before and does not come down for three epochs (fifty steps).

    Why it hurts
    ------------
    What had been learnt is lost in a few steps, often for good: a clipped cross-entropy has no
    gradient where it lands. The training goes on for hours with nothing to show.

    Example
    -------
    ::

        # epoch 1521: 0.021 · epoch 1522: 7.84 · … · epoch 4680: 7.91

    Use instead
    -----------
    Look at the cause above this symptom. Keep the best weights with ``ModelCheckpoint`` or
    ``EarlyStopping(restore_best_weights=True)``: then the jump costs time, not the model.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Three times the median of ten epochs (or 200 steps) before, above a quarter of the loss of
    always predicting the same value, for three epochs or fifty steps. Without the height and the
    duration, a twentyfold spike of one batch is found once or twice in sound trainings (measured
    over 8,000 steps in nine settings). A loss that recovers is reported as information.

    References
    ----------
    Reddi, Kale, Kumar, "On the convergence of Adam and beyond", ICLR 2018.
    """

    code = "NBD307"
    name = "late-jump"
    aspect = "curves"
    role = "symptom"
    severity = "error"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Name the place of the jump."""
        found = known(late_jump(run))
        if found is None:
            return
        fate = say("came down again later") if found.recovered else say("stayed there")
        yield self.finding(
            say(
                "Your loss jumped in {place}: from {before:.4g} to {after:.4g}, and {fate}.",
                place=found.place,
                before=found.before,
                after=found.after,
                fate=fate,
            ),
            (
                Evidence(
                    say("loss after {place}", place=found.place),
                    f"{found.after:.4g}",
                    say("about {before:.4g}, as before", before=found.before),
                    "history",
                ),
            ),
            severity=("info" if found.harmless else "warning" if ending_of(run).works else "error"),
            marks=(Mark(found.epoch, "jumps here"),),
        )
