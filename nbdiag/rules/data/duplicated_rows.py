"""NBD414: rows multiplied by a shuffle that is not made for arrays."""

import re
from collections.abc import Iterator

from nbdiag.facts.data.arrays import repeated_share
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun

FEW = 0.05
LEAST, MOST = 0.3, 0.7  # measured: 490 of 1000 rows repeat after one random.shuffle
_SHUFFLE = re.compile(r"(?<![\w.])random\s*\.\s*shuffle\s*\(|from\s+random\s+import[^\n]*\bshuffle")
_STANDARD = re.compile(
    r"^\s*(?:import\s+(?:[\w.]+\s*,\s*)*random\b|from\s+random\s+import)", re.MULTILINE
)


class DuplicatedRows(Rule):
    """Training rows stand in the data more than once.

    What it finds
    -------------
    Measurements (numbers with fractions) that repeat row by row, and the usual reason:
    ``random.shuffle`` of Python's own ``random`` on a NumPy array of more than one axis.

    Why it hurts
    ------------
    ``random.shuffle`` swaps rows through views: both names show the same memory, so one row
    overwrites the other. Half of the rows are lost, the other half stands twice, and labels
    shuffled apart no longer belong to them. No error is raised.

    Example
    -------
    ::

        import random
        random.shuffle(x)             # x is an array of shape (1000, 32)

    Use instead
    -----------
    ::

        order = np.random.default_rng(0).permutation(len(x))
        x, y = x[order], y[order]

    Fix safety
    ----------
    display: the lost rows have to be loaded again, in the cell that made them.

    Thresholds and their source
    ---------------------------
    A call of ``random.shuffle`` in the session and 30 to 70 % repeated rows is a warning
    (measured: one shuffle leaves 510 of 1,000 distinct rows). More than 5 % repeated
    measurements without it is information: copying rare rows on purpose looks the same.

    References
    ----------
    NumPy documentation of ``numpy.random.shuffle``; field report 002.
    """

    code = "NBD414"
    name = "duplicated-rows"
    aspect = "inputs"
    confidence = "measured"
    explains = ("NBD304", "NBD308", "NBD309", "NBD310", "NBD311")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Weigh repeated rows against what the session's cells did."""
        split = known(run.data.split)
        repeated = known(repeated_share(split))
        if repeated <= FEW:
            return
        shuffled = _shuffles_with_random(run) and LEAST <= repeated <= MOST
        if not shuffled and any(stats.whole == 1.0 for stats in run.data.inputs):
            return
        count = known(split.duplicate_rows)
        message = say(
            "{count} of your {rows} training samples repeat an earlier one. ",
            count=count,
            rows=split.training_rows,
        )
        if shuffled:
            message += say(
                "random.shuffle does that to NumPy arrays: it overwrites rows instead of swapping "
                "them. Use a permutation, and shuffle inputs and labels together."
            )
        else:
            message += say("Right if you copied rare samples on purpose.")
        evidence = Evidence("repeated samples", f"{repeated:.0%}", "none", "all samples compared")
        severity: Severity = "warning" if shuffled else "info"
        note = "order = np.random.default_rng(0).permutation(len(x)); x, y = x[order], y[order]"
        fix = Fix("Shuffle with a permutation", "display", (), note=note)
        yield self.finding(message, (evidence,), (fix,), severity=severity)


def _shuffles_with_random(run: TrainingRun) -> bool:
    sources = [cell.source for cell in (*run.earlier, run.cell)]
    return any(map(_STANDARD.search, sources)) and any(map(_SHUFFLE.search, sources))
