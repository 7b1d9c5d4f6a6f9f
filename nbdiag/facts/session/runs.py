"""What the runs of one session have to do with each other."""

from dataclasses import dataclass

from nbdiag.schema.data import ArrayStats, Split
from nbdiag.schema.run import PastRun, TrainingRun

SAME_RATIO = 0.02
"""Difference of two quotients of row counts that rounding explains: 729 / 810 against 656 / 729."""

LEAST_LEFT, MOST_LEFT = 0.4, 0.97
"""Shares of rows that a split keeps for training: between halves and one row in thirty."""


def likes(run: TrainingRun) -> tuple[PastRun, ...]:
    """Return earlier runs of the session on the same task: equal losses and equal shapes."""
    losses = tuple(item.name for item in getattr(run.compile, "losses", ()))
    shape = run.data.inputs[0].shape if run.data.inputs else None
    return tuple(
        past
        for past in run.previous
        if past.losses == losses and shape is not None and past.input_shape == shape
    )


@dataclass(frozen=True)
class Shrinking:
    """Row counts that fall from run to run.

    Attributes
    ----------
    rows
        One count per run, this one last.
    ratio
        What each run keeps of the rows of the one before.
    """

    rows: tuple[int, ...]
    ratio: float


def held_out(run: TrainingRun) -> int:
    """Count the samples of the arrays given to ``fit`` that ``validation_split`` put aside."""
    split = run.data.split
    return split.validation_rows if run.fit.validation_split and isinstance(split, Split) else 0


def shrinking(run: TrainingRun) -> Shrinking | None:
    """Find row counts that fall by one ratio, up to this run: 1000, 900, 810.

    Counted are the rows of the arrays that ``fit`` was given, on whichever side of the split.
    """
    rows = run.data.inputs[0].rows if run.data.inputs else None
    counts = [past.rows + past.held_out for past in likes(run) if past.rows]
    if rows is None or not counts or not counts[-1]:
        return None
    counts.append(rows + held_out(run))
    ratio = counts[-1] / counts[-2]
    if not LEAST_LEFT <= ratio <= MOST_LEFT:
        return None
    first = len(counts) - 2
    while first > 0 and abs(counts[first] / counts[first - 1] - ratio) <= SAME_RATIO:
        first -= 1
    return Shrinking(tuple(counts[first:]), ratio)


@dataclass(frozen=True)
class Rescaled:
    """Inputs that are a fixed factor smaller than in the run before.

    Attributes
    ----------
    before, after
        Greatest magnitudes.
    factor
        Their quotient.
    """

    before: float
    after: float
    factor: float


def rescaled(run: TrainingRun) -> Rescaled | None:
    """Compare the range of the inputs with that of the last run on as many rows."""
    if not run.data.inputs:
        return None
    stats = run.data.inputs[0]
    past = next((item for item in reversed(likes(run)) if item.rows == stats.rows), None)
    if past is None or past.input_range is None or past.input_digest == stats.digest:
        return None
    before = max(map(abs, past.input_range))
    after = max(abs(stats.minimum), abs(stats.maximum))
    if not (0 < after < before < float("inf")):
        return None
    low, high = past.input_range
    factor = before / after
    # The other end has to shrink alike: another data set may be smaller by accident.
    ends = ((low, stats.minimum), (high, stats.maximum))
    alike = all(abs(now * factor - then) <= 1e-3 * before for then, now in ends)
    return Rescaled(before, after, factor) if alike else None


def encoded_twice(labels: ArrayStats) -> bool:
    """Whether labels are the one-hot form of a one-hot form: yes and no for each column."""
    if len(labels.shape) < 2 or labels.shape[-1] != 2:  # noqa: PLR2004 - yes and no
        return False
    return labels.values is not None and (
        {value for value, _ in labels.values} == {0.0, 1.0} and labels.row_sums == (1.0, 1.0)
    )
