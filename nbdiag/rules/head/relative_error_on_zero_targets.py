"""NBD120: errors are divided by targets that are 0."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.outputs import Output
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.output_head import Wanted, repair_fix
from nbdiag.language import say
from nbdiag.rules.head.outputs import HeadRule, curve_evidence, labels_of, loss_name
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

PERCENTAGE = "mean_absolute_percentage_error"


class RelativeErrorOnZeroTargets(HeadRule):
    """Errors are divided by targets that are 0.

    What it finds
    -------------
    Mean absolute percentage error as the loss, on targets that are 0 or pass through 0.

    Why it hurts
    ------------
    A percentage of 0 is not defined. Keras divides by 1e-7 instead: an error of 0.1 on a target of
    0 costs 100,000,000 percent. Those rows are the whole loss, and every other row counts for
    nothing: the model learns to predict 0.

    Example
    -------
    ::

        model.compile(loss="mape")    # rain per day, most days 0

    Use instead
    -----------
    ::

        model.compile(loss="mae")

    Fix safety
    ----------
    review: the absolute error weighs large targets more than the percentage did. Where sizes differ
    by orders of magnitude, learn ``log1p(y)`` instead.

    Thresholds and their source
    ---------------------------
    One target of 0 is enough: it costs as much as a hundred million others. Targets of both signs
    with more than 256 distinct values pass through 0, too. Information only for a training that
    works all the same.

    References
    ----------
    Hyndman and Koehler (2006), Another look at measures of forecast accuracy, section 2.2.
    """

    code = "NBD120"
    name = "relative-error-on-zero-targets"
    aspect = "loss"
    severity = "error"
    explains = ("NBD302", "NBD303", "NBD304", "NBD306", "NBD309", "NBD310", "NBD312", "NBD602")

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Look for targets that the loss divides by and cannot."""
        if loss_name(output) != PERCENTAGE:
            return
        labels = labels_of(output)
        if not _meets_zero(labels):
            return
        task = task_of_output(run, output)
        activation = str(output.head.activation)
        wanted = Wanted(activation, output.head.units, "mean_absolute_error", task.form)
        yield self.finding(
            say(
                "Mean absolute percentage error divides by the target, but yours go from "
                "{low:.4g} to {high:.4g}: samples with a target of 0 cost billions of percent "
                "each, and no other sample counts.",
                low=labels.minimum,
                high=labels.maximum,
            ),
            (
                Evidence(
                    "targets",
                    f"{labels.minimum:.4g} … {labels.maximum:.4g}",
                    "away from 0, of one sign",
                    "labels",
                ),
                *curve_evidence(run, "loss", "a percentage, below 100"),
            ),
            repair_fix(run, output, wanted, "Use mean absolute error", "review"),
            severity="info" if ending_of(run).works else "error",
        )


def _meets_zero(labels: ArrayStats) -> bool:
    if labels.values:
        return any(value == 0 for value, _ in labels.values)
    return labels.minimum <= 0 <= labels.maximum
