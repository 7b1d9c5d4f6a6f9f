"""What still does not fit once a crash is repaired, so that one new cell repairs it all."""

from collections.abc import Sequence

from nbdiag.edits.changes import kind_of
from nbdiag.facts.crash.plan import next_changes, plan_of
from nbdiag.schema.changes import Change
from nbdiag.schema.run import TrainingRun

_MOST_ROUNDS = 8


def follow_up(run: TrainingRun, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return what else must change for a repaired model to run.

    Parameters
    ----------
    run
        The run whose cell failed.
    changes
        What repairs that failure.

    Returns
    -------
    tuple
        Nothing when all fits, and nothing when it is not known.
    """
    plan = plan_of(run)
    new, more = tuple(changes), list[Change]()
    for _ in range(_MOST_ROUNDS):
        for change in new:
            plan = kind_of(change).follow(plan, change) if plan is not None else None
        new = next_changes(plan) if plan is not None else ()
        if not new or any(item in more or item in changes for item in new):
            break
        more += new
    return tuple(more)
