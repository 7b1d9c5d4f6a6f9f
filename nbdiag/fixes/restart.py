"""What a training needs besides, once its faults are repaired and it starts again.

A rate that was chosen while the inputs were a hundred times too large, and a number of epochs that
was chosen while nothing could be learnt, were never tried on a training that works.
"""

import math
from collections.abc import Sequence

from nbdiag.facts.optimization.updates import USUAL_RATES, first_rate, momentum_gain, optimizer_of
from nbdiag.fixes.predict import imagined_steps
from nbdiag.schema.changes import (
    Change,
    ScaleInputs,
    ScaleTargets,
    SetFitArgument,
    SetOptimizer,
    SetOptimizerArgument,
)
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

ENOUGH_STEPS = 500
"""Steps to begin with: at Adam's usual rate of 0.001 a weight has moved by up to 0.5 then, which is
the size that the weights of small layers have."""
FEW_STEPS = 250
"""Steps below which a training of fresh weights is hardly one: half of those."""
NO_STEPS = 50
"""Steps below which the length alone is a fault, whatever else is wrong."""
MOST_EPOCHS = 1000
TINY = 10.0
"""Times below the usual rate from which a rate was made for other numbers. Rates that train data of
unit scale lie within ten times of the usual one (benchmarks of
`nbdiag.facts.optimization.step_size`)."""


def rate_at_unit_scale(run: TrainingRun, changes: Sequence[Change]) -> float | None:
    """Propose a learning rate for a training whose inputs or targets are about to be scaled.

    A step is as long as rate times gradient, and the gradient of the first weights is as large as
    the inputs. A tiny rate that suited large numbers is far too low at unit scale.

    Returns
    -------
    float or None
        The usual rate of the optimizer; None where nothing is scaled, the rate is changed anyway,
        or it is not tiny.
    """
    scaled = any(isinstance(item, ScaleInputs | ScaleTargets) for item in changes)
    optimizer, rate = optimizer_of(run), first_rate(run)
    if not scaled or isinstance(optimizer, Missing) or isinstance(rate, Missing):
        return None
    if _sets_rate(changes) or optimizer.schedule or optimizer.custom:
        return None
    usual = USUAL_RATES.get(optimizer.name)
    if usual is None or rate * momentum_gain(optimizer) * TINY > usual * (1 + 1e-6):
        return None
    return usual


def _sets_rate(changes: Sequence[Change]) -> bool:
    return any(
        isinstance(item, SetOptimizer)
        or (isinstance(item, SetOptimizerArgument) and item.argument == "learning_rate")
        for item in changes
    )


def epochs_to_begin_with(
    run: TrainingRun, changes: Sequence[Change], least: int = FEW_STEPS
) -> int | None:
    """Propose a number of epochs for a training that made fewer steps than ``least``.

    Returns
    -------
    int or None
        As many as make `ENOUGH_STEPS`, rounded up; None where there were enough, the changes set
        them already, or the steps are not known.
    """
    steps = imagined_steps(run, changes)
    if isinstance(steps, Missing) or steps <= 0 or _sets_epochs(changes):
        return None
    planned = run.fit.epochs - run.fit.initial_epoch
    if steps * planned >= least:
        return None
    wanted = min(_round_up(math.ceil(ENOUGH_STEPS / steps)), MOST_EPOCHS)
    return wanted + run.fit.initial_epoch if wanted > planned else None


def _sets_epochs(changes: Sequence[Change]) -> bool:
    names = ("epochs", "steps_per_epoch")
    return any(isinstance(item, SetFitArgument) and item.argument in names for item in changes)


def _round_up(epochs: int) -> int:
    step = 5 if epochs <= 100 else 50  # noqa: PLR2004 - 35, 90, 150, 500: numbers that people type
    return epochs if epochs < step else math.ceil(epochs / step) * step
