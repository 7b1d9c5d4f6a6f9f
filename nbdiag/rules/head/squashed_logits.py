"""NBD116: raw scores pass an activation that keeps them from becoming sure."""

import math
from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import BINARY, CROSS_ENTROPY
from nbdiag.facts.model.outputs import Output
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.output_head import Wanted, repair_fix
from nbdiag.keras_api.activations import RANGES
from nbdiag.language import say
from nbdiag.rules.head.outputs import HeadRule, curve_evidence, loss_name, output_evidence
from nbdiag.schema.finding import Evidence, Finding, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

SURE = 0.95
UNDECIDED = 0.5


class SquashedLogits(HeadRule):
    """Raw scores pass an activation that keeps them from becoming sure.

    What it finds
    -------------
    A cross-entropy with ``from_logits=True`` on an output that ends with relu, tanh, softplus or
    another activation with a bound. Sigmoid and softmax are NBD110's.

    Why it hurts
    ------------
    The loss turns a score s into the probability 1 / (1 + exp(-s)). A relu has no negative scores:
    the probability never falls below 0.5, and the model can never say no. A tanh stays within -1
    and 1: between 0.27 and 0.73. The loss stops there.

    Example
    -------
    ::

        model.add(layers.Dense(1, activation="relu"))
        model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))

    Use instead
    -----------
    ::

        model.add(layers.Dense(1))

    Fix safety
    ----------
    safe: the bound of the activation and a loss for unbounded scores contradict each other.

    Thresholds and their source
    ---------------------------
    The reachable probabilities follow from the activation's range. Found when one of the
    predictions cannot reach 95 %; an error when it cannot even reach 50 %. Several classes only
    depend on the differences of their scores: there a bound on one side does no harm.

    References
    ----------
    ``keras.losses.BinaryCrossentropy``, argument ``from_logits``.
    """

    code = "NBD116"
    name = "squashed-logits"
    aspect = "output_activation"
    severity = "warning"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD601", "NBD603", "NBD604")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Work out how sure the model can become."""
        loss, activation = loss_name(output), output.head.activation
        if loss not in CROSS_ENTROPY or not output.from_logits:
            return
        if isinstance(activation, Missing) or activation not in RANGES:
            return
        if RANGES[activation] == (0.0, 1.0) or activation in ("log_softmax", "log_sigmoid"):
            return  # probabilities are NBD110's, and the logarithm of one is a proper score
        reach = _reach(loss, RANGES[activation], output.head.units or 1)
        if reach >= SURE:
            return
        severity: Severity = "error" if reach <= UNDECIDED else "warning"
        if ending_of(run).works:
            severity = "info"
        wanted = Wanted(
            "linear", output.head.units, loss, task_of_output(run, output).form, from_logits=True
        )
        yield self.finding(
            say(
                "The loss turns the raw outputs of {output} into probabilities, but {activation} "
                "limits them: one class can get a probability of at most {reach:.0%}.",
                output=output.label,
                activation=activation,
                reach=reach,
            ),
            (
                *output_evidence(run, output, "linear", "any number"),
                Evidence(
                    "highest probability that can be reached", f"{reach:.0%}", "100%", "formula"
                ),
                *curve_evidence(run, "loss", "towards 0"),
            ),
            repair_fix(run, output, wanted, "Leave the last layer without activation"),
            severity=severity,
        )


def _reach(loss: str, bounds: tuple[float, float], units: int) -> float:
    """Return the greatest probability that the weaker class can get."""
    low, high = bounds
    if loss in BINARY:
        return min(1 / (1 + math.exp(low)), 1 / (1 + math.exp(-high)))
    # exp(-inf) is 0: with an open side one class can outweigh all others.
    return 1 / (1 + (units - 1) * math.exp(low - high))
