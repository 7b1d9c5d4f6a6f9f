"""NBD411: validation rows come from elsewhere than training rows."""

import math
from collections.abc import Iterator

from nbdiag.facts.data.arrays import columns_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

SHIFT = 0.5  # standard deviations; Cohen's medium effect
SIGMAS = 6.0  # and this many standard errors, for up to 512 columns looked at


class ValidationDistributionShift(Rule):
    """Validation rows come from elsewhere than training rows.

    What it finds
    -------------
    Columns whose mean differs between the two sides by more than half a standard deviation and
    far more than chance, where class shares and scale give no better explanation.

    Why it hurts
    ------------
    The validation score then measures how the model extrapolates. That may be meant (later
    years, another hospital); if it is not, the split is not random.

    Example
    -------
    ::

        table = table.sort_values("price")
        train, val = table[:800], table[800:]

    Use instead
    -----------
    ::

        train, val = train_test_split(table, random_state=0)

    Fix safety
    ----------
    No fix is offered: a split by time or by place can be exactly right.

    Thresholds and their source
    ---------------------------
    0.5 standard deviations (Cohen's medium effect) and six standard errors of the difference:
    with 512 columns of shuffled rows, once in a million trainings.

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, section 2.2.
    """

    code = "NBD411"
    name = "validation-distribution-shift"
    aspect = "split"
    role = "advice"
    severity = "info"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the column means of both sides."""
        data = run.data
        if not data.validation_inputs or len(data.validation_inputs) != len(data.inputs):
            raise Skipped("there are no validation inputs to compare")
        shifts = [
            shift
            for pair in zip(data.inputs, data.validation_inputs, strict=True)
            for shift in _shifts(*pair)
        ]
        if not shifts:
            return
        size, column = max(shifts)
        message = say(
            "Column {column} of your validation inputs lies {size:.2g} standard deviations from "
            "its place in the training inputs. Right for a split by time or place; otherwise "
            "shuffle before you split.",
            column=column,
            size=size,
        )
        evidence = Evidence(
            say("shift of column {column}", column=column),
            say("{size:.2f} deviations", size=size),
            say("under {limit}", limit=SHIFT),
            "the arrays",
        )
        yield self.finding(message, (evidence,))


def _shifts(training: ArrayStats, validation: ArrayStats) -> Iterator[tuple[float, int]]:
    columns, others = columns_of(training), columns_of(validation)
    if isinstance(columns, Missing) or isinstance(others, Missing) or len(columns) != len(others):
        return
    error = math.sqrt(1 / max(training.sampled, 1) + 1 / max(validation.sampled, 1))
    for place, ((mean, std), (other, _)) in enumerate(zip(columns, others, strict=True)):
        shift = abs(other - mean) / std if std > 0 else 0.0
        if shift > max(SHIFT, SIGMAS * error):
            yield shift, place
