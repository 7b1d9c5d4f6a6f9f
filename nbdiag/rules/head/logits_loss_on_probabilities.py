"""NBD110: probabilities are squashed a second time by the loss."""

import math
from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import BINARY, CROSS_ENTROPY, title
from nbdiag.facts.model.outputs import Output
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.output_head import Wanted, repair_fix, wanted_for
from nbdiag.keras_api.activations import RANGES
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    HeadRule,
    curve_evidence,
    loss_name,
    output_evidence,
)
from nbdiag.schema.finding import Evidence, Finding, Severity
from nbdiag.schema.run import TrainingRun

PROBABILITIES = frozenset(name for name, span in RANGES.items() if span == (0.0, 1.0))


class LogitsLossOnProbabilities(HeadRule):
    """Probabilities are squashed a second time by the loss.

    What it finds
    -------------
    A sigmoid or softmax at the end of the model under a cross-entropy with
    ``from_logits=True``, which expects raw scores.

    Why it hurts
    ------------
    The loss applies its own sigmoid or softmax to numbers that lie in [0, 1] already: no prediction
    can become certain, the loss cannot fall below 0.31 for two classes or 1.46 for ten, and
    gradients are small. On TensorFlow Keras notices when the activation is the very last operation,
    uses the values before it and warns; on JAX and PyTorch, or after a Reshape, nothing helps.

    Example
    -------
    ::

        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))

    Use instead
    -----------
    ::

        model.compile(loss="binary_crossentropy")

    Fix safety
    ----------
    safe: output and loss contradict each other, and only the loss's setting changes.

    Thresholds and their source
    ---------------------------
    The least loss follows from the range: -log sigmoid(1) for two classes, log(1 + (K - 1) / e) for
    K. Information only where Keras goes back to the values before the activation, and where the
    training has removed half of the loss or errors of always predicting the same value.

    References
    ----------
    ``keras/src/backend/tensorflow/nn.py``, ``_get_logits``.
    """

    code = "NBD110"
    name = "logits-loss-on-probabilities"
    aspect = "loss"
    severity = "warning"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD601")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare the activation with the setting of the loss."""
        loss, activation = loss_name(output), output.head.activation
        if loss not in CROSS_ENTROPY or not output.from_logits or output.head.units is None:
            return
        if activation not in PROBABILITIES or (activation == "softmax" and output.head.units == 1):
            return
        rescued = run.environment.backend == "tensorflow" and output.head.keeps_logits
        severity: Severity = "info" if rescued or ending_of(run).works else "warning"
        least = _least(loss, output.head.units)
        wanted = wanted_for(output, task_of_output(run, output)) or Wanted(
            str(activation), output.head.units, loss, "unknown"
        )
        yield self.finding(
            say(
                "{output} ends with {activation}, but the loss has from_logits=True and squashes "
                "it once more. Keras ignores your setting here, and only on TensorFlow."
                if rescued
                else "{output} ends with {activation}, but the loss has from_logits=True and "
                "squashes it once more: it cannot fall below {least:.3g}.",
                output=output.opening,
                activation=activation,
                least=least,
            ),
            (
                *output_evidence(
                    run, output, say("raw outputs, or from_logits=False"), "any number"
                ),
                Evidence("least loss that can be reached", f"{least:.3g}", "0", "formula"),
                *curve_evidence(run, "loss", "towards 0"),
            ),
            repair_fix(
                run, output, wanted, say("Use {loss} without from_logits", loss=title(wanted.loss))
            ),
            severity=severity,
        )


def _least(loss: str, units: int) -> float:
    if loss in BINARY:
        return math.log1p(math.exp(-1))
    return math.log1p((units - 1) / math.e)
