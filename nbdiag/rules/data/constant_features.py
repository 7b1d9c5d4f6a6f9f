"""NBD405: columns that never change."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun

FEWEST_ROWS = 20  # a rare category may be absent from fewer


class ConstantFeatures(Rule):
    """Some columns of a table never change.

    What it finds
    -------------
    Columns of a flat table of measurements with the same value in every row that was looked at.
    Pictures and columns of 0 and 1 are left out: dark corners and rare words are normal there.

    Why it hurts
    ------------
    Little: a constant tells nothing. But dividing such a column by its deviation makes NaN, and a
    column that should vary may have been lost on the way.

    Example
    -------
    ::

        x = table[["age", "year", "income"]].to_numpy()     # year is 2024 everywhere

    Use instead
    -----------
    ::

        x = x[:, x.std(axis=0) > 0]

    Fix safety
    ----------
    No fix is offered: whether the column is useless or broken, only you know.

    Thresholds and their source
    ---------------------------
    Equal least and greatest value in a column of at least 20 sampled rows.

    References
    ----------
    Idea from TheDeepChecker's feature checks (Ben Braiek, Khomh, 2023, ACM TOSEM 32(5)).
    """

    code = "NBD405"
    name = "constant-features"
    aspect = "inputs"
    role = "advice"
    severity = "info"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Count constant columns, input by input."""
        if not run.data.inputs:
            raise Skipped("the inputs were not seen")
        for stats in run.data.inputs:
            if _is_table(stats) and 0 < stats.constant_columns < stats.columns:
                message = say(
                    "{constant} of your {columns} input columns never change. They teach nothing; "
                    "were they meant to vary?",
                    constant=stats.constant_columns,
                    columns=stats.columns,
                )
                counted = say(
                    "{constant} of {columns}",
                    constant=stats.constant_columns,
                    columns=stats.columns,
                )
                evidence = Evidence("constant columns", counted, "none", "training data")
                yield self.finding(message, (evidence,))


def _is_table(stats: ArrayStats) -> bool:
    flags = stats.whole == 1.0 and stats.minimum >= 0 and stats.maximum <= 1
    return stats.column_stds is not None and stats.sampled >= FEWEST_ROWS and not flags
