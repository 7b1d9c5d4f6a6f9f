"""NBD416: fewer rows than anything can be learnt from."""

from collections.abc import Iterator

from nbdiag.facts.data.task import task_of_output
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

FEWEST = 50
PER_CLASS = 10


class TooFewRows(Rule):
    """There are very few rows.

    What it finds
    -------------
    Fewer than 50 training rows, or fewer than ten for each class, where the inputs are not a
    complete table of cases that may all be shown.

    Why it hurts
    ------------
    Nearly any model with weights to spare can memorise so few samples, and a validation score on a
    handful of samples changes by tens of per cent with one of them.

    Example
    -------
    ::

        model.fit(x[:9], y[:9], epochs=200)

    Use instead
    -----------
    More rows, or a method with fewer weights (logistic regression, a nearest neighbour), judged
    by cross-validation.

    Fix safety
    ----------
    No fix is offered: rows cannot be invented.

    Thresholds and their source
    ---------------------------
    50 rows; ten per class (the rule of ten events per variable, Peduzzi et al. 1996, read as
    loosely as possible). Advice only, never a warning.

    References
    ----------
    Peduzzi et al. (1996), Journal of Clinical Epidemiology 49(12).
    """

    code = "NBD416"
    name = "too-few-rows"
    aspect = "inputs"
    role = "advice"
    severity = "info"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Count rows, and rows per class."""
        rows = next((item.rows for item in run.data.inputs if item.rows is not None), None)
        if rows is None:
            raise Skipped("the data come as a stream")
        outputs = known(outputs_of(run))
        counts = [task_of_output(run, item).classes or 1 for item in outputs]
        fewest = max(FEWEST, PER_CLASS * max(counts))
        if 0 < rows < fewest:
            message = say(
                "You train on {rows} samples: the model can memorise them, and no score on so few "
                "shows how good it is.",
                rows=rows,
            )
            yield self.finding(
                message,
                (
                    Evidence(
                        "training samples",
                        str(rows),
                        say("{fewest} and more", fewest=fewest),
                        "the arrays",
                    ),
                ),
            )
