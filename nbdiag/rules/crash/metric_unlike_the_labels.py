"""NBD819: a metric compares labels and predictions of different shapes."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.kind import explicit_metric
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, fix_of
from nbdiag.schema.changes import MetricSpec, ReplaceMetric
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun


class MetricUnlikeTheLabels(CrashRule):
    """A metric compares labels and predictions of different shapes.

    What it finds
    -------------
    An accuracy that was named in full and reads the labels in another form than the loss:
    ``sparse_categorical_accuracy`` on one-hot rows, ``binary_accuracy`` or
    ``keras.metrics.Accuracy()`` on class numbers beside several units.

    Why it hurts
    ------------
    The loss would train. The metric compares one number with three and stops the cell, and
    the exception speaks of shapes only, as if the labels were wrong.

    Example
    -------
    ::

        model.compile("adam", "categorical_crossentropy", metrics=["sparse_categorical_accuracy"])

    Use instead
    -----------
    ::

        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: TensorFlow names the comparison (Equal) at which it failed; losses have none.

    References
    ----------
    Keras documentation of ``compile``: "accuracy" follows the shapes of output and labels.
    """

    code = "NBD819"
    name = "metric-unlike-the-labels"
    aspect = "metrics"
    kind = "metric"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Let the word "accuracy" choose by the shapes."""
        metric = explicit_metric(run)
        if metric is None:
            return
        yield self.explain(
            crash,
            say(
                "The metric '{metric}' reads the labels in another form than the loss: it compares "
                "arrays that do not fit together. The word accuracy chooses the one that fits.",
                metric=metric.label,
            ),
            (Evidence("metric", metric.name, "accuracy", "compile"),),
            (
                fix_of(
                    "Report accuracy, which follows the shapes",
                    ReplaceMetric(metric.written, MetricSpec("accuracy"), metric.output),
                ),
            ),
        )
