"""NBD701: each run of a cell takes a part of what the last one left."""

from collections.abc import Iterator

from nbdiag.facts.session.runs import Shrinking, likes, shrinking
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.changes import MakeAgain
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.splits import feeds_itself

CERTAIN = 3  # counts: two falls by one ratio are not an accident


class DataShrinksOnRerun(Rule):
    """The training rows become fewer with each run.

    What it finds
    -------------
    Sample counts of one session's runs that fall by one ratio (1,000, 900, 810), or fell once where
    a cell that ran in between assigns a part of an array to the array's own name. Samples that
    ``validation_split`` puts aside count as well: they were given to ``fit``.

    Why it hurts
    ------------
    The cell splits what its last run left over. Rows are lost, the validation rows are others each
    time, and some of them were training rows a run ago: scores of different runs cannot be
    compared.

    Example
    -------
    ::

        x, x_test, y, y_test = train_test_split(x, y, test_size=0.1)

    Use instead
    -----------
    ::

        x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.1, random_state=0)

    Fix safety
    ----------
    review: the lines of earlier cells that make the data are written at the top of the cell, so
    that each run starts from all rows. Where no cell of the session makes them, or it is not clear
    what became of them, the fix is only shown: load the data again, and give the parts new names.

    Thresholds and their source
    ---------------------------
    Two falls by the same ratio between 0.4 and 0.97, within 0.02 for rounding; or one fall and a
    split of an array into its own name in a cell that ran since the last training. Field report
    004 counted 1,000, 900, 810.

    References
    ----------
    Field report 004.
    """

    code = "NBD701"
    name = "data-shrinks-on-rerun"
    aspect = "notebook"
    severity = "warning"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare row counts with those of former runs."""
        if not run.previous:
            raise Skipped("this is the first run of the session")
        found = shrinking(run)
        if found is None:
            return
        name = feeds_itself(run, since=likes(run)[-1].cell)
        if len(found.rows) < CERTAIN and name is None:
            return
        yield self._found(found, name)

    def _found(self, found: Shrinking, name: str | None) -> Finding:
        rows = ", ".join(f"{count:,}" for count in found.rows)
        why = (
            say("the cell splits '{name}' into itself", name=name)
            if name
            else say("the cell splits its own output")
        )
        message = say(
            "Your training samples become fewer with each run: {rows}. Because {why}, each run "
            "starts from what the last one left. Load the data again and give the parts new "
            "names.",
            rows=rows,
            why=why,
        )
        evidence = Evidence("training samples of successive runs", rows, "the same", "session")
        note = say(
            "Better still, give the parts new names: x_train, x_test, … = train_test_split(x, …)."
        )
        change = MakeAgain("data")
        fix = Fix("Make the data again at the top of the cell", "review", (change,), note=note)
        return self.finding(message, (evidence,), (fix,))
