"""A run as it would stand before its first step, had some changes been made."""

from collections.abc import Sequence
from dataclasses import replace

from nbdiag.edits.changes import kind_of
from nbdiag.facts.optimization.updates import steps_per_epoch
from nbdiag.schema.changes import Change
from nbdiag.schema.history import History
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

NOT_BEGUN = Missing("the repaired training has not begun")


def imagine(run: TrainingRun, changes: Sequence[Change]) -> TrainingRun:
    """Return the run before its first step with the heads, losses and lengths after changes.

    What was measured of the old training (its curves, its probes) says nothing about the new one
    and is left out; the data are the same. Changes to the data are not made: they are what such a
    run is asked about.

    Parameters
    ----------
    run
        The recorded training.
    changes
        What should be changed.
    """
    run = predicted(run, changes)
    steps = steps_per_epoch(run)
    return replace(
        run,
        fit=replace(run.fit, steps=None if isinstance(steps, Missing) else steps),
        history=History(),
        probes=NOT_BEGUN,
        interrupted=False,
        started_trained=False,
    )


def imagined_steps(run: TrainingRun, changes: Sequence[Change]) -> int | Missing:
    """Count the steps of one epoch once the changes are made."""
    return steps_per_epoch(predicted(run, changes))


def predicted(run: TrainingRun, changes: Sequence[Change]) -> TrainingRun:
    """Return the run with the heads, losses and lengths after changes, measurements kept."""
    for change in changes:
        run = kind_of(change).predict(run, change)
    return run
