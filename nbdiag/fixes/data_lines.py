"""Changes of lines that make the data, which may be in an earlier cell."""

from nbdiag.schema.changes import Change, MakeAgain, WriteInPlace
from nbdiag.schema.run import TrainingRun


def with_data(run: TrainingRun, change: WriteInPlace) -> tuple[Change, ...]:
    """Bring the lines that make the data along where a change of them is in an earlier cell."""
    return (change,) if change.site.cell == run.cell.number else (MakeAgain("data"), change)
