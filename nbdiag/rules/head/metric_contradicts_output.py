"""NBD118: a metric compares something else than the model predicts."""

from collections.abc import Iterator

from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import CROSS_ENTROPY, SPARSE, title
from nbdiag.facts.model.outputs import Output
from nbdiag.language import say
from nbdiag.rules.head.outputs import HeadRule, curve_evidence, loss_name
from nbdiag.schema.changes import MetricSpec, ReplaceMetric
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Metric

FIRST_INFLATED = 3


class MetricContradictsOutput(HeadRule):
    """A metric compares something else than the model predicts.

    What it finds
    -------------
    Categorical accuracy on one unit, or on class numbers; ``keras.metrics.Accuracy`` on
    probabilities; binary accuracy on a softmax of three or more classes; categorical accuracy for
    several ones per row; a distance between class numbers and probabilities.

    Why it hurts
    ------------
    The training is sound, but its report is not. The greatest of one unit is always that unit:
    categorical accuracy is 1.0 (or the share of one class) for ever. Binary accuracy over ten
    one-hot columns starts at 0.9, because nine columns are rightly 0. ``Accuracy`` counts
    predictions that equal the label exactly, which a probability never does: 0.0. You stop, tune or
    publish by a number that means something else.

    Example
    -------
    ::

        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(loss="binary_crossentropy", metrics=["categorical_accuracy"])

    Use instead
    -----------
    ::

        model.compile(loss="binary_crossentropy", metrics=["accuracy"])

    "accuracy" follows the shapes of output and labels by itself, except for several ones per
    row: there ask for ``binary_accuracy``.

    Fix safety
    ----------
    safe: metric and output contradict each other, and nothing but the metric changes.

    Thresholds and their source
    ---------------------------
    Warning where the number does not measure the model at all: categorical accuracy on one unit (a
    constant) or on class numbers (how often class 0 is predicted), exact equality with
    probabilities (0). Information for the others, which still move with the model. Two softmax
    units have the same binary and categorical accuracy.

    References
    ----------
    ``keras.metrics.CategoricalAccuracy``, ``keras.metrics.BinaryAccuracy``.
    """

    code = "NBD118"
    name = "metric-contradicts-output"
    aspect = "metrics"
    severity = "info"

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Compare each metric with units, loss and labels."""
        loss = loss_name(output)
        if loss not in CROSS_ENTROPY:
            return
        task = task_of_output(run, output)
        for metric in output.metrics:
            found = None if metric.custom else _contradiction(metric, output, task, loss)
            if found is None:
                continue
            why, better, severity = found
            change = ReplaceMetric(metric.written, MetricSpec(better), output.key)
            yield self.finding(
                say("'{metric}' {reading}.", metric=metric.label, reading=why),
                (
                    Evidence("metric", metric.name, better, "compile"),
                    Evidence("loss", title(loss), "one that the metric fits", "compile"),
                    *curve_evidence(run, metric.label, "not to be read"),
                ),
                (
                    Fix(
                        say("Report {metric} instead", metric=better.replace("_", " ")),
                        "safe",
                        (change,),
                    ),
                ),
                severity=severity,
            )


def _contradiction(
    metric: Metric, output: Output, task: Task, loss: str
) -> tuple[str, str, Severity] | None:
    units = output.head.units
    if metric.name == "accuracy":
        why = say(
            "counts predictions that equal the label exactly, which a probability hardly ever does"
        )
        return why, "accuracy", "warning"
    if metric.name == "categorical_accuracy" and loss in SPARSE and units != 1:
        why = say("looks for the greatest column of the label; a class number has one column only")
        return why, "accuracy", "warning"
    argmax = metric.name in ("categorical_accuracy", "sparse_categorical_accuracy")
    if argmax and units == 1:
        return say("looks for the greatest of one unit, which never changes"), "accuracy", "warning"
    if argmax and task.form == "multi_hot":
        return say("looks for one class, but samples hold several ones"), "binary_accuracy", "info"
    softmax = output.head.activation == "softmax" and (units or 0) >= FIRST_INFLATED
    if metric.name == "binary_accuracy" and softmax:
        why = say(
            "counts {units} columns one by one, of which {zeros} are rightly 0 in every sample: "
            "it begins near {start:.0%}",
            units=units,
            zeros=(units or 1) - 1,
            start=1 - 1 / (units or 1),
        )
        return why, "accuracy", "info"
    distance = metric.name.startswith("mean_") or metric.name in ("mse", "mae")
    if distance and loss in SPARSE:
        return say("measures the distance of class numbers to probabilities"), "accuracy", "info"
    return None
