"""From the readings of both sides to a verdict with its numbers."""

from collections.abc import Sequence
from statistics import median

import numpy as np

from nbdiag.language import say
from nbdiag.schema.finding import Proof, Trial
from nbdiag.trial.scores import Reading

# Where both sides train, they differ only in speed, and 40 steps are too short to call the slower
# one worse: a repaired head that started 0.09 lower was ahead after 80.
_CLEAR = 0.15

# One stuck run in three that trains by luck is not a cure.
_MOST = 0.5
_FLOORS = {"AUC": 0.5}


def weigh(
    metric: str,
    seeds: Sequence[int],
    before: Sequence[Reading],
    after: Sequence[Reading],
    *,
    steps: int,
    rows: int,
) -> Proof:
    """Compare both sides seed by seed.

    Parameters
    ----------
    metric
        Name of the value of the readings.
    before, after
        One reading per seed.
    steps, rows
        How long each side was trained, and on how many rows it was read.

    Returns
    -------
    Proof
        "better" when at least half of the seeds that did not train before do now and none is lost,
        or when every seed gains clearly; "worse" the other way round; "failed" when no run of the
        fix came to an end.
    """
    trials = tuple(_trials(metric, seeds, before, after, steps))
    if all(item.error for item in after):
        return Proof(
            "failed", say("The fix could not be trained: {reason}.", reason=after[0].error), trials
        )
    won, lost = (_share_turned(before, after, learnt=was) for was in (False, True))
    floor = _FLOORS.get(metric, 0.0)
    gains = [_worth(a, floor) - _worth(b, floor) for b, a in zip(before, after, strict=True)]
    numbers = _numbers(metric, before, after, steps=steps, rows=rows)
    if (won >= _MOST and not lost) or all(gain >= _CLEAR for gain in gains):
        return Proof("better", numbers, trials)
    if (lost >= _MOST and not won) or all(gain <= -_CLEAR for gain in gains):
        return Proof("worse", say("The fix did worse here: {numbers}", numbers=numbers), trials)
    return Proof("no difference", say("No difference: {numbers}", numbers=numbers), trials)


def _share_turned(before: Sequence[Reading], after: Sequence[Reading], *, learnt: bool) -> float:
    """Share of the seeds that trained (or did not) before, and do not (or do) after."""
    turned = [a.learnt != learnt for b, a in zip(before, after, strict=True) if b.learnt == learnt]
    return sum(turned) / len(turned) if turned else 0.0


def _worth(reading: Reading, floor: float) -> float:
    """Return the value, no worse than that of a prediction that ignores the inputs."""
    return floor if np.isnan(reading.value) else max(floor, reading.value)


def _numbers(
    metric: str,
    before: Sequence[Reading],
    after: Sequence[Reading],
    *,
    steps: int,
    rows: int,
) -> str:
    count = len(before)
    trained = [sum(item.learnt for item in side) for side in (before, after)]
    text = say(
        "{before} of {count} train → {after} of {count} train after {steps} steps; median "
        "{metric} on {rows} held-out samples {median_before} → {median_after}",
        before=trained[0],
        count=count,
        after=trained[1],
        steps=steps,
        metric=metric,
        rows=rows,
        median_before=_middle(before),
        median_after=_middle(after),
    )
    failed = [item.error for item in before if item.error]
    if len(failed) == count:
        text += say(" (unchanged, {reason})", reason=failed[0])
    return text + "."


def _middle(side: Sequence[Reading]) -> str:
    values = [item.value for item in side if not np.isnan(item.value)]
    return f"{median(values):.2f}" if values else "none"


def _trials(
    metric: str,
    seeds: Sequence[int],
    before: Sequence[Reading],
    after: Sequence[Reading],
    steps: int,
) -> list[Trial]:
    def trial(name: str, attribute: str) -> Trial:
        sides = [
            tuple(float(getattr(item, attribute)) for item in side) for side in (before, after)
        ]
        return Trial(name, tuple(seeds), sides[0], sides[1], steps)

    trials = [trial(metric, "value")]
    if not any(np.isnan(item.accuracy) for item in (*before, *after)):
        trials.append(trial("accuracy", "accuracy"))
    return trials
