"""When a change counts as a cure: numbers in, verdicts out.

A **skill** is between 0, an answer that ignores the inputs, and 1, a perfect one: 2 AUC - 1 for
classes, R² for numbers. A model with several outputs has the skill of its worst one.
"""

import math
from collections.abc import Sequence

from nbdiag.trial.scores import METRICS, Reading, Task

# What is better than this needs no cure.
GOOD = 0.9
# Copies must do what the user's training did: else they are another experiment.
AS_OWN = 0.25
# A cure gains that much from every start, and that much on average.
LEAST_GAIN, MEAN_GAIN = 0.1, 0.15
# And reaches this share of the best that is known to be possible on these samples.
SHARE = 0.7
# Below it a model has found next to nothing: two AUCs of 0.5 ± 0.05 differ by as much.
NOTHING = 0.2


def skill(task: Task, value: float) -> float:
    """Return the skill of an AUC or R²; no value has none."""
    floor = METRICS[task][1]
    return 0.0 if math.isnan(value) else min(1.0, max(0.0, (value - floor) / (1 - floor)))


def skill_of(tasks: Sequence[Task], readings: Sequence[Reading]) -> float:
    """Return the skill of all outputs together: that of the worst; 0 without a reading."""
    found = [skill(task, item.value) for task, item in zip(tasks, readings, strict=False)]
    return min(found, default=0.0)


def needs_a_cure(own: float) -> bool:
    """Whether a training is bad enough to look for a cause."""
    return own < GOOD


def reproduces(own: float, copies: Sequence[float]) -> bool:
    """Whether copies of the training reach what it has reached itself."""
    return bool(copies) and abs(_mean(copies) - own) <= AS_OWN


def is_short_of(own: float, best: float) -> bool:
    """Whether a training is clearly below the best that is possible on its samples."""
    return own < SHARE * best and best - own >= MEAN_GAIN


def helps(before: Sequence[float], after: Sequence[float], best: float) -> bool:
    """Whether a change cures, by the skills of pairs of trainings from the same starts.

    Parameters
    ----------
    before, after
        One skill per start, as it is and with the change.
    best
        The best skill that is known to be possible.
    """
    gains = [changed - unchanged for unchanged, changed in zip(before, after, strict=True)]
    return (
        bool(gains)
        and min(gains) >= LEAST_GAIN
        and _mean(gains) >= MEAN_GAIN
        and _mean(after) >= SHARE * best
    )


def is_luck(before: Sequence[float], others: Sequence[float], after: Sequence[float]) -> bool:
    """Whether the unchanged training from other starts does what the change is said to do."""
    return max((*before, *others)) >= min(after)


def good_starts(skills: Sequence[float], best: float) -> int:
    """Count the starts from which a training works."""
    return sum(item >= SHARE * best for item in skills)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
