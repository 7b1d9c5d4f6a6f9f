"""The fix that holds rows out, where the rows can be dealt out."""

from nbdiag.facts.data.task import task_of
from nbdiag.schema.changes import SetFitArgument, ShuffleRows
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import ARRAY_KINDS


def hold_out(run: TrainingRun, title: str) -> tuple[Fix, ...]:
    """Return the fix that holds out a fifth of the samples; none for streams and unknown tasks."""
    if run.fit.input_kind not in ARRAY_KINDS or task_of(run).kind == "unknown":
        return ()
    return (Fix(title, "review", (ShuffleRows(), SetFitArgument("validation_split", 0.2))),)
