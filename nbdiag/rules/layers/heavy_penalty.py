"""NBD513: a penalty on the weights that outweighs the loss they are to lower."""

from collections.abc import Iterator

from nbdiag.facts.training.verdict import ending_of, first_probe, last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import Change, SetLayerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun

HEAVY = 2.0


class HeavyPenalty(Rule):
    """A penalty on the weights outweighs the loss that they are to lower.

    What it finds
    -------------
    Regularizers whose penalty was at least twice the loss itself before the first step, in a
    training that did not learn.

    Why it hurts
    ------------
    What is minimised is the sum of both. The quickest way down is then to make the weights small:
    the loss falls steeply, which looks like learning, and what is left is a model that predicts
    nearly the same value for every sample.

    Example
    -------
    ::

        layers.Dense(64, activation="relu", kernel_regularizer=keras.regularizers.L2(1.0))

    Use instead
    -----------
    ::

        layers.Dense(64, activation="relu")

    and once it learns, and overfits, ``keras.regularizers.L2(1e-4)``.

    Fix safety
    ----------
    review: without a penalty the model may overfit; a small one can come back later.

    Thresholds and their source
    ---------------------------
    Twice the loss before the first step. Two hidden layers of 64 units on 1,797 digits, ten epochs
    of Adam, Keras 3.15: L2 of 0.0001, 0.001, 0.01 and 0.03 (penalty over loss 0.006, 0.06, 0.6 and
    1.7) end with a training accuracy of 0.98, 0.98, 0.97 and 0.94; 0.1 (5.6) with 0.81; 0.3 (17)
    with 0.26. It is an error where nothing was learnt, a warning where little was, and nothing is
    said of a training that works.

    References
    ----------
    Krogh and Hertz, "A simple weight decay can improve generalization", NIPS 1991.
    """

    code = "NBD513"
    name = "heavy-penalty"
    aspect = "regularization"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD312", "NBD601", "NBD603")
    supersedes = ("NBD203", "NBD210")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the penalty with the rest of the loss before the first step."""
        layers = [layer for layer in known(run.model).layers if _penalties(layer)]
        start, ending = first_probe(run), ending_of(run)
        if not layers:
            return
        if start is None:
            raise Skipped("there was no probe before the first step")
        loss = known(start.loss) - start.penalty
        if start.penalty < HEAVY * loss or ending.verdict not in ("failed", "fair"):
            return
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        names = ", ".join(f"'{layer.name}'" for layer in layers)
        last = last_probe(run)
        seen = f"{start.penalty:.3g}"
        if last is not None:
            seen = say("{first:.3g} → {last:.3g}", first=start.penalty, last=last.penalty)
        yield self.finding(
            say(
                "The penalty on the weights of {layers} was {times:.3g} times the loss itself "
                "before the first step: your training makes weights small, not right.",
                layers=names,
                times=start.penalty / loss,
            ),
            (
                Evidence(
                    "penalty on the weights", seen, say("below {loss:.3g}", loss=loss), "probes"
                ),
                Evidence(
                    "loss without it", f"{loss:.3g}", "the larger part", "probe before step 1"
                ),
                *ending.evidence(),
            ),
            (Fix("Remove the penalty", "review", tuple(_without(layers))),),
            severity=severity,
        )


def _penalties(layer: Layer) -> tuple[str, ...]:
    return tuple(
        name
        for name, value in layer.config.items()
        if name.endswith("_regularizer") and value is not None
    )


def _without(layers: list[Layer]) -> Iterator[Change]:
    for layer in layers:
        for name in _penalties(layer):
            yield SetLayerArgument(layer.name, name, None)
