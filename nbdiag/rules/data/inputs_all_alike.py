"""NBD420: every training row is the same."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun

FEWEST = 10
ALIKE = 1e-12


class InputsAllAlike(Rule):
    """Every training row is the same.

    What it finds
    -------------
    Inputs that do not differ from row to row, while the targets do: all values are equal, or each
    column has one value.

    Why it hurts
    ------------
    A model can only tell rows apart by their inputs. With equal rows the best it can do is the mean
    target, and the loss stays there. Usually the data were lost on the way: an array of zeros that
    was never filled, a loop that wrote into one place, a normalization that divided by infinity.

    Example
    -------
    ::

        x = np.zeros((1000, 28, 28))
        for picture in pictures:
            x[0] = picture                  # always the first place

    Use instead
    -----------
    ::

        for place, picture in enumerate(pictures):
            x[place] = picture

    Fix safety
    ----------
    display: where the data were lost, only your code can tell.

    Thresholds and their source
    ---------------------------
    None of the inputs differs between ten rows and more: least and greatest value are equal, or the
    deviation of every column is 0. Equal rows of more than 512 columns are only found
    when all their values are equal.

    References
    ----------
    Idea from TheDeepChecker's data dependency test (Ben Braiek, Khomh, 2023, ACM TOSEM 32(5)).
    """

    code = "NBD420"
    name = "inputs-all-alike"
    aspect = "inputs"
    explains = (
        "NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD601", "NBD603", "NBD604", "NBD605",
    )  # fmt: skip
    supersedes = ("NBD201", "NBD202", "NBD203", "NBD210", "NBD414", "NBD405", "NBD401", "NBD409")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the rows of every input; one that differs is enough."""
        inputs = run.data.inputs
        if not inputs:
            raise Skipped("the inputs were not seen")
        if any(item.rows is None for item in inputs):
            raise Skipped("only the first batches of the stream were seen")
        if any(item.sampled < FEWEST or not _alike(item) for item in inputs):
            return
        targets = run.data.labels
        if targets and all(item.minimum == item.maximum for item in targets):
            return  # NBD419 tells it
        stats = inputs[0]
        seen = f"{stats.minimum:g} … {stats.maximum:g}"
        yield self.finding(
            say(
                "All {rows} training samples that were compared are the same: the inputs cannot "
                "distinguish one target from another. Look at where they come from.",
                rows=stats.sampled,
            ),
            (
                Evidence(
                    "columns that vary from sample to sample", "none", "most", "training data"
                ),
                Evidence(
                    "values of the inputs", seen, "another sample, other values", "training data"
                ),
            ),
            (
                Fix(
                    "Look at the inputs before fit",
                    "display",
                    (),
                    note="np.ptp(x, axis=0).max()",
                ),
            ),
        )


def _alike(stats: ArrayStats) -> bool:
    if stats.nans or stats.infinities:
        return False
    if stats.minimum == stats.maximum:
        return True
    return stats.column_stds is not None and all(
        std <= ALIKE * max(abs(stats.minimum), abs(stats.maximum)) for std in stats.column_stds
    )
