"""What ending a training early has spared."""

import statistics

from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun


def seconds_saved(run: TrainingRun) -> float | Missing:
    """Estimate the time that the epochs not run would have taken.

    Parameters
    ----------
    run
        A run that was stopped.

    Returns
    -------
    float or Missing
        Epochs left times the median time of the whole epochs, the first one left out where there
        are others: it compiles. Missing when no epoch was completed.
    """
    if run.stopped is None:
        return Missing("the training was not stopped")
    done = run.stopped.epochs
    whole = run.history.seconds[:done]
    if not whole:
        return Missing("no epoch was completed")
    left = max(run.fit.epochs - run.fit.initial_epoch - done, 0)
    return left * statistics.median(whole[1:] or whole)
