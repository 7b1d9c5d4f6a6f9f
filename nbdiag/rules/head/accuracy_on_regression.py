"""NBD114: an accuracy counts exact hits of a quantity."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.losses import DISTANCE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.fixes.output_head import Wanted, repair_fix
from nbdiag.language import say
from nbdiag.rules.head.outputs import HeadRule, curve_evidence, labels_of, loss_name
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun


class AccuracyOnRegression(HeadRule):
    """An accuracy counts exact hits of a quantity.

    What it finds
    -------------
    An accuracy beside a loss that measures distance, on targets that are not classes.

    Why it hurts
    ------------
    Accuracy asks whether prediction and target are the same, or fall on the same side of 0.5. For a
    price it is near 0, for values in [0, 1] any number at all, and in neither case does it say
    how good the model is. The training is not affected, only what you read off it: so this is
    information, never more, and it is listed after what keeps the model from learning.

    Example
    -------
    ::

        model.compile(loss="mse", metrics=["accuracy"])    # y is a price

    Use instead
    -----------
    ::

        model.compile(loss="mse", metrics=["mae"])

    Fix safety
    ----------
    safe: the metric contradicts the targets, and nothing but the metric changes.

    Thresholds and their source
    ---------------------------
    None: targets are classes or they are not (`nbdiag.facts.data.task`).

    References
    ----------
    ``keras.metrics.BinaryAccuracy``, ``keras.metrics.MeanAbsoluteError``.
    """

    code = "NBD114"
    name = "accuracy-on-regression"
    aspect = "metrics"
    severity = "info"

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Look for an accuracy where there are no classes to hit."""
        loss = loss_name(output)
        task = task_of_output(run, output)
        counts = [m for m in output.metrics if m.name.endswith("accuracy") and not m.custom]
        if loss not in DISTANCE or task.kind != "regression" or not counts:
            return
        labels = labels_of(output)
        if task.form in ("binary", "multi_hot", "one_hot"):
            return  # an autoencoder of bits: those can be hit
        metric = counts[0]
        wanted = Wanted(str(output.head.activation), output.head.units, loss, task.form)
        yield self.finding(
            say(
                "'{metric}' counts how often a prediction equals its target exactly, but your "
                "targets are a quantity ({low:.4g} to {high:.4g}): it says nothing about how "
                "close the predictions are.",
                metric=metric.label,
                low=labels.minimum,
                high=labels.maximum,
            ),
            (
                Evidence("metric", metric.label, "mean absolute error", "compile"),
                Evidence("loss", title(loss), "a loss of classes for an accuracy", "compile"),
                *curve_evidence(run, metric.label, "not to be read"),
            ),
            repair_fix(run, output, wanted, "Report the mean absolute error instead"),
        )
