"""NBD109: raw scores are cut at 0.5, as if they were probabilities."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import BINARY
from nbdiag.facts.model.outputs import Output, seen_range
from nbdiag.fixes.output_head import Wanted, repair_fix
from nbdiag.keras_api.metrics import reading, with_trait
from nbdiag.language import say
from nbdiag.rules.head.outputs import (
    HeadRule,
    certainty,
    curve_evidence,
    loss_name,
    range_text,
    returns,
)
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Metric

CUT = with_trait("threshold") & reading("binary")


class AccuracyThresholdsLogits(HeadRule):
    """Raw scores are cut at 0.5, as if they were probabilities.

    What it finds
    -------------
    A binary loss with ``from_logits=True`` on an output of raw scores, beside a metric that expects
    probabilities: accuracy, precision or recall cut at 0.5, or an AUC of scores.

    Why it hurts
    ------------
    A score of 0 is a probability of 0.5; a score of 0.5 is one of 0.62. Small positive scores count
    as a no, so the accuracy can stand still while the model learns (measured: 0.492 for eight
    epochs, cut at 0 it climbs to 0.892). You would stop a training that works.

    Example
    -------
    ::

        model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["acc"])

    Use instead
    -----------
    ::

        model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True),
                      metrics=[keras.metrics.BinaryAccuracy(threshold=0.0, name="acc")])

    Fix safety
    ----------
    safe: loss and metric contradict each other. The training itself stays as it is.

    Thresholds and their source
    ---------------------------
    A cut above 0 is meant for probabilities; Keras resolves "acc" on one unit to
    ``BinaryAccuracy(threshold=0.5)``, whatever the loss.

    References
    ----------
    ``keras.metrics.BinaryAccuracy``, argument ``threshold``.
    """

    code = "NBD109"
    name = "accuracy-thresholds-logits"
    aspect = "metrics"
    severity = "warning"
    explains = ("NBD309", "NBD310")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Look for metrics that read scores as probabilities."""
        loss = loss_name(output)
        misread = [item for item in output.metrics if _expects_probabilities(item)]
        if loss not in BINARY or not output.from_logits or not misread:
            return
        if returns(run, output) != "scores":
            return
        task = task_of_output(run, output)
        wanted = Wanted(str(output.head.activation), output.head.units, loss, task.form, True)
        metric = misread[0]
        seen = range_text(seen_range(run, output))
        yield self.finding(
            say(
                "{output} returns raw outputs, but '{metric}' cuts them at 0.5, where a "
                "probability is cut; raw outputs are cut at 0.",
                output=output.opening,
                metric=metric.label,
            ),
            (
                Evidence(
                    say("cut of '{metric}'", metric=metric.label),
                    f"{_cut(metric):g}",
                    "0",
                    "compile",
                ),
                *(
                    (Evidence("values of the output", seen, "any number", "probes"),)
                    if seen
                    else ()
                ),
                *curve_evidence(run, metric.label, "rising while the loss falls"),
            ),
            repair_fix(run, output, wanted, say("Cut '{metric}' at 0", metric=metric.label)),
            confidence=certainty(output),
        )


def _expects_probabilities(metric: Metric) -> bool:
    if metric.custom or metric.from_logits:
        return False
    if metric.name == "auc":
        return True
    return metric.name in CUT and _cut(metric) > 0


def _cut(metric: Metric) -> float:
    return 0.5 if metric.threshold is None else metric.threshold
