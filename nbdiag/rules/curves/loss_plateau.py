"""NBD309: the loss has stopped falling halfway."""

from collections.abc import Iterator

from nbdiag.facts.training.curves import curve, trend
from nbdiag.facts.training.gain import gain, loss_gain
from nbdiag.facts.training.verdict import FAILED
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding, Mark
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FLAT = 0.005
DONE = 0.9


class LossPlateau(Rule):
    """The loss has stopped falling halfway.

    What it finds
    -------------
    A training loss that is flat over the last half of at least ten epochs, on a level between
    always predicting the same value and a solved problem.

    Why it hurts
    ------------
    It may not: data with noise have a floor, and this may be it. If not, the rate is too high to
    go down further, or the model is too small to follow.

    Example
    -------
    ::

        # loss 0.41, 0.40, 0.41, 0.40 … with two classes

    Use instead
    -----------
    ``keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.2, patience=3)``: if the loss falls
    when the learning rate does, it was not a floor. If it does not, try a larger model on few
    samples: it should be able to memorise those.

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    Flat as for stuck-loss: a Theil-Sen slope under 0.5 % per epoch. Between 5 % and 90 % of the
    constant's loss removed. Information only, because a floor looks the same.

    References
    ----------
    Keras, ``ReduceLROnPlateau``.
    """

    code = "NBD309"
    name = "loss-plateau"
    aspect = "curves"
    role = "symptom"
    severity = "info"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge the level, then the slope of the last half."""
        losses = known(curve(run))
        slope = known(trend(losses))
        level = known(loss_gain(run))
        best = gain(run)
        if not FAILED <= level < DONE or (not isinstance(best, Missing) and best >= DONE):
            return
        if abs(slope) >= FLAT:
            return
        yield self.finding(
            say(
                "Your loss has levelled off at {last:.4g}, {level:.0%} below the loss of always "
                "predicting the same value: either noise in the data is the limit, or the steps "
                "are too large to go further.",
                last=losses[-1],
                level=level,
            ),
            (
                Evidence(
                    "change of the loss",
                    say("{slope:+.2%} per epoch", slope=slope),
                    "-1 %",
                    "history",
                ),
                Evidence(
                    "gain over always predicting the same value",
                    f"{level:.0%}",
                    "90 % and more",
                    "history",
                ),
            ),
            marks=(Mark(len(losses) // 2, "flat from here"),),
        )
