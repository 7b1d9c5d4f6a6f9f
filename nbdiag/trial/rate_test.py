"""A learning-rate range test on a copy of the training."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nbdiag.capture.state_guard import preserve_state
from nbdiag.edits.changes import live_edits
from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild
from nbdiag.facts.optimization.updates import USUAL_RATES
from nbdiag.language import say
from nbdiag.schema.changes import Change
from nbdiag.schema.range_test import RangeTest
from nbdiag.trial.held_out import HeldOut, batches, count_samples, training_rows
from nbdiag.trial.setup.fit_arguments import take
from nbdiag.trial.setup.rebuild import rebuild
from nbdiag.trial.setup.training import Setup

# Weight of the past in the smoothed loss: about seven steps of memory, a quarter of a decade.
_MEMORY = 0.85
# The sweep ends when the smoothed loss is this many times its least value.
_BLOWN_UP = 4.0
# A rate one decade below the one where the loss turns up is a step that still descends.
_MARGIN = 10.0
# Times the usual rate of an optimizer: beyond it no rate is worth a test.
_FAR = 10.0
# Less than this share of the loss gained over the whole sweep is noise of the batches.
_LEAST_GAIN = 0.02


def find_rate(
    setup: Setup,
    changes: Sequence[Change] = (),
    *,
    lowest: float = 1e-6,
    highest: float | None = None,
    steps: int = 100,
    seed: int = 0,
) -> RangeTest:
    """Train a copy with a rate that grows by the same factor at each step.

    The loss is flat while the rate is too small, falls while it fits, and rises when it is too
    large. Proposed is one tenth of the rate at which the smoothed loss is least, rounded
    to 1, 2 or 5 times a power of ten: at the least itself the next larger step already climbs.

    Parameters
    ----------
    setup
        The user's training; nothing of it is touched.
    changes
        A fix to apply first: a rate is only worth finding for a training that can train.
    lowest, highest, steps
        Range and length of the sweep. It ends by default at a rate of 1, or at ten times the usual
        rate of an optimizer that takes such rates (Adadelta).
    seed
        Seeds the weights and the batches.

    Raises
    ------
    CannotRebuild
        When there can be no copy, or the optimizer follows a schedule.

    References
    ----------
    L. N. Smith, "Cyclical Learning Rates for Training Neural Networks" (2017), section 3.3, for the
    range test; L. N. Smith, "A disciplined approach to neural network hyper-parameters" (2018),
    for a geometric sweep and the margin below the divergence.
    """
    if highest is None:
        highest = max(1.0, _FAR * USUAL_RATES.get(type(setup.model.optimizer).__name__.lower(), 0))
    if not 0 < lowest < highest:
        raise ValueError("The lowest rate must be above 0 and below the highest.")
    rates = tuple(float(rate) for rate in np.geomspace(lowest, highest, steps))
    with preserve_state(runs_user_code=True):
        losses = _sweep(setup, changes, rates, seed)
    smooth = smoothed(losses)
    return summarise(rates[: len(smooth)], smooth)


def smoothed(losses: Sequence[float]) -> tuple[float, ...]:
    """Smooth losses exponentially, corrected for the start, up to where they have blown up."""
    smooth: list[float] = []
    mean = 0.0
    for step, loss in enumerate(losses, start=1):
        if not math.isfinite(loss):
            break
        mean = _MEMORY * mean + (1 - _MEMORY) * loss
        smooth.append(mean / (1 - _MEMORY**step))
        if smooth[-1] > _BLOWN_UP * max(min(smooth), 1e-12) and smooth[-1] > smooth[0]:
            break
    return tuple(smooth)


def summarise(rates: Sequence[float], losses: Sequence[float]) -> RangeTest:
    """Read the proposed rate off a sweep."""
    tested = tuple(rates), tuple(losses)
    if not losses:
        return RangeTest(*tested, None, say("The loss was not finite at the lowest rate."))
    least = int(np.argmin(losses))
    gain = losses[0] - losses[least]
    if gain <= _LEAST_GAIN * abs(losses[0]):
        text = say(
            "No learning rate between {low:.0e} and {high:.0e} made the loss fall.",
            low=rates[0],
            high=rates[-1],
        )
        return RangeTest(*tested, None, text)
    proposed = _round(rates[least] / _MARGIN)
    turn = (
        say("turned up")
        if least < len(losses) - 1
        else say("was still falling at the end of the test")
    )
    text = say(
        "The loss fell from {first:.3g} to {least:.3g} and {turn} near a learning rate of "
        "{rate:.2g}: try {proposed:g}.",
        first=losses[0],
        least=losses[least],
        turn=turn,
        rate=rates[least],
        proposed=proposed,
    )
    return RangeTest(*tested, proposed, text)


def _sweep(
    setup: Setup, changes: Sequence[Change], rates: Sequence[float], seed: int
) -> list[float]:
    """Return the loss of each step, less what its batch is harder than the average.

    A second copy that stands still sees the same batches: what the two differ by is the rate's.
    """
    count_samples(setup.fit_arguments)
    moving, still = (rebuild(setup, live_edits(changes), seed) for _ in range(2))
    given = moving.fit_arguments
    rows = training_rows(given, UNCHANGED, HeldOut((np.arange(0),), from_validation=True))
    losses: list[float] = []
    levels: list[float] = []
    for rate, batch in zip(rates, batches(rows, given, seed), strict=False):
        losses.append(_step(moving, rate, batch))
        levels.append(_step(still, 0.0, batch))
        if not math.isfinite(losses[-1]):
            break
    level = float(np.mean(levels))
    return [loss - own + level for loss, own in zip(losses, levels, strict=True)]


def _step(copy: Setup, rate: float, batch: Any) -> float:
    import keras

    optimizer, given = copy.model.optimizer, copy.fit_arguments
    if isinstance(optimizer._learning_rate, keras.optimizers.schedules.LearningRateSchedule):  # noqa: SLF001
        raise CannotRebuild(say("the learning rate follows a schedule"))
    optimizer.learning_rate = rate
    copy.model.reset_metrics()
    weights = given.get("sample_weight")
    told = copy.model.train_on_batch(
        take(given["x"], batch),
        take(given["y"], batch),
        sample_weight=None if weights is None else take(weights, batch),
        class_weight=given.get("class_weight"),
        return_dict=True,
    )
    return float(told["loss"])


def _round(rate: float) -> float:
    """Return the nearest of 1, 2 and 5 times a power of ten, on a logarithmic scale."""
    power = math.floor(math.log10(rate))
    choices = [digit * 10.0 ** (power + shift) for shift in (0, 1) for digit in (1, 2, 5)]
    return float(f"{min(choices, key=lambda item: abs(math.log(item / rate))):.0e}")
