"""NBD117: the reported loss is not that of the values that the model returns."""

from collections.abc import Iterator
from math import isfinite

from nbdiag.facts.optimization.gradients import probes_of
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Probe
from nbdiag.schema.run import TrainingRun

APART = 0.02
UNCLIPPED = 1e-6  # Keras clips probabilities at 1e-7: nearer to 0 or 1 the two differ anyway


class LossUnlikeTheReturnedValues(Rule):
    """The loss that you see is not the loss of the probabilities that the model returns.

    What it finds
    -------------
    A loss that comes out differently when it is computed from what the model returns. TensorFlow's
    cross-entropies do not look at a sigmoid's or softmax's result: they go back to the raw outputs
    before it and apply the activation that belongs to the loss.

    Why it hurts
    ------------
    With the activation that belongs to the loss both are the same number. With another one the
    training minimises something that ``predict`` never shows: the curve falls, and the
    probabilities are not what it says. ``evaluate`` reports the same wrong number.

    Example
    -------
    ::

        model.add(layers.Dense(2, activation="softmax"))
        model.compile(loss="binary_crossentropy")       # computed with a sigmoid instead

    Use instead
    -----------
    ::

        model.compile(loss="categorical_crossentropy")  # the loss of a softmax

    Fix safety
    ----------
    None: a symptom has no separate fix.

    Thresholds and their source
    ---------------------------
    A difference of 2 % on the same rows, where all probabilities lie between 1e-6 and 1 - 1e-6.
    Nearer to the bounds Keras clips probabilities and not scores, so that both differ in sound
    models, too. Rounding in float32 stays below 0.1 %; measured with Keras 3.15 for a softmax
    under binary cross-entropy: 0.9469 reported, 0.7472 by the returned probabilities.

    References
    ----------
    ``keras/src/backend/tensorflow/nn.py``, ``binary_crossentropy`` and ``_get_logits``.
    """

    code = "NBD117"
    name = "loss-unlike-the-returned-values"
    aspect = "curves"
    role = "symptom"
    severity = "warning"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the two losses of the first probe that can tell."""
        probe = next((item for item in known(probes_of(run)) if _can_tell(item)), None)
        if probe is None:
            raise Skipped("the loss takes what the model returns, or values at the bounds")
        reported, returned = known(probe.loss), known(probe.returned_loss)
        if abs(reported - returned) <= APART * max(abs(reported), abs(returned)):
            return
        when = (
            say("before step 1")
            if probe.moment == "start"
            else say("after epoch {epoch}", epoch=probe.epoch)
        )
        yield self.finding(
            say(
                "Keras reports a loss of {reported:.4g} {when}, but by the probabilities that your "
                "model returns it is {returned:.4g}: the loss goes back to the values before the "
                "last activation and applies another one.",
                reported=reported,
                returned=returned,
                when=when,
            ),
            (
                Evidence(
                    "reported loss",
                    f"{reported:.4g}",
                    say("{returned:.4g}, by what the model returns", returned=returned),
                    say("probe {when}", when=when),
                ),
            ),
            severity="info" if ending_of(run).works else "warning",
        )


def _can_tell(probe: Probe) -> bool:
    """Whether both losses are known and no probability is at a bound."""
    if isinstance(probe.loss, Missing) or isinstance(probe.returned_loss, Missing):
        return False
    if not isfinite(probe.loss) or not isfinite(probe.returned_loss):
        return False
    return all(
        item.minimum >= UNCLIPPED and item.maximum <= 1 - UNCLIPPED for item in probe.outputs
    )
