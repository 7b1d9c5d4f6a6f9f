"""Race arms: seed after seed, until each question is decided or the budget is spent."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np

from nbdiag.language import later
from nbdiag.trial.scores import Reading
from nbdiag.trial.sequential import ALPHA, Decision, Outcome, Pair, decide, seeds_needed

# A do-nothing arm: the same training from other seeds, and so in another order of the samples.
_OTHER_SEEDS = 1_000_000
# So many seeds choose how long to train; from then on the length is fixed.
_PILOT = 2
# With the budget for fewer rounds than this, the arm that does worst is dropped.
_ROUNDS_TO_COME = 3

Verdict = Outcome | Literal["failed", "cannot be judged"]

DROPPED = later("the budget went to the fixes that did better")
UNSTABLE = later("the unchanged training differs as much from itself, tried from other seeds")


@dataclass(frozen=True)
class Course:
    """One training of an arm, as it was read.

    Attributes
    ----------
    steps
        When it was read.
    readings
        What was read then, one for each output.
    raised
        What the training raised, "" for nothing.
    """

    steps: tuple[int, ...] = ()
    readings: tuple[tuple[Reading, ...], ...] = ()
    raised: str = ""

    def at(self, step: int) -> tuple[Reading, ...]:
        """Return the last readings up to a step; none of a training that raised."""
        if self.raised:
            return ()
        known = [item for when, item in zip(self.steps, self.readings, strict=True) if when <= step]
        return known[-1] if known else ()


class Arm(Protocol):
    """What can be raced."""

    @property
    def own_steps(self) -> int:
        """Length of the whole training."""

    def train(self, seed: int, steps: int, *, keep: bool = False) -> Course:
        """Train from a seed up to a step, going on where it was kept."""


@dataclass(frozen=True)
class Limits:
    """How far a race goes.

    Attributes
    ----------
    seeds
        To be tried in this order.
    seconds
        Of CPU, for everything together.
    lengths
        Steps to train for: the next length where neither side trains from both first seeds.
    clock
        Seconds of CPU so far.
    """

    seeds: tuple[int, ...] = tuple(range(12))
    seconds: float = 60.0
    lengths: tuple[int, ...] = (40, 80, 160)
    clock: Callable[[], float] = time.process_time


OnSeed = Callable[[int, int, "Result | None"], None]
"""Hears the number of an arm, the seeds it has begun, and afterwards what is known of it."""


@dataclass(frozen=True)
class Result:
    """What a race says of one arm.

    Attributes
    ----------
    outcome
        "failed" where the arm cannot be trained at all, "cannot be judged" where the unchanged
        training cannot be either, for the same reason.
    decisions
        One for each output.
    seeds, before, after
        The seeds that were tried, and both trainings from each.
    others
        Trainings of the do-nothing arm, where a difference was to be checked against it.
    steps
        Length of a training.
    reason
        Why it is undecided or has failed, "" where the numbers say it.
    seconds
        Estimated seconds of CPU that would decide an undecided question; None when unknown.
    needed
        Estimated number of seeds in all for that.
    """

    outcome: Verdict
    decisions: tuple[Decision, ...]
    seeds: tuple[int, ...]
    before: tuple[Course, ...]
    after: tuple[Course, ...]
    others: tuple[Course, ...] = ()
    steps: int = 0
    reason: str = ""
    needed: int | None = None
    seconds: float | None = None


class RaceStopped(KeyboardInterrupt):
    """An interrupt during a race.

    Attributes
    ----------
    results
        What is known of each arm.
    """

    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results


@dataclass
class _Contestant:
    arm: Arm
    length: int
    seeds: list[int] = field(default_factory=list)
    before: list[Course] = field(default_factory=list)
    after: list[Course] = field(default_factory=list)
    decisions: tuple[Decision, ...] = ()
    outcome: Verdict = "undecided"
    reason: str = ""
    spent: float = 0.0
    running: bool = True

    @property
    def gain(self) -> float:
        """Mean gain so far, of all outputs."""
        means = [sum(item.interval) / 2 for item in self.decisions]
        return float(np.mean(means)) if means and all(map(math.isfinite, means)) else 0.0


def race(
    unchanged: Arm,
    arms: Sequence[Arm],
    floors: Sequence[float],
    limits: Limits | None = None,
    on_seed: OnSeed | None = None,
) -> list[Result]:
    """Race arms against the unchanged training.

    Each seed is tried on all arms that are undecided, before the next one is. Where
    an arm would be called better or worse, the do-nothing arm must not be.

    Parameters
    ----------
    unchanged
        What each arm is compared with.
    arms
        The changed trainings.
    floors
        Of each output, the value of a prediction that ignores the inputs.
    limits
        Seeds, seconds and lengths.
    on_seed
        Called before and after an arm is tried on one more seed.

    Returns
    -------
    list of Result
        One for each arm.

    Raises
    ------
    RaceStopped
        At an interrupt, with what is known by then.
    """
    return _Race(unchanged, arms, floors, limits or Limits(), on_seed).run()


class _Race:
    def __init__(
        self,
        unchanged: Arm,
        arms: Sequence[Arm],
        floors: Sequence[float],
        limits: Limits,
        on_seed: OnSeed | None,
    ) -> None:
        self._unchanged = unchanged
        self._floors = floors
        self._limits = limits
        self._begun = limits.clock()
        self._known: dict[int, Course] = {}
        self._reached: dict[int, int] = {}
        self._on_seed = on_seed
        self._every = [_Contestant(arm, limits.lengths[0]) for arm in arms]

    def run(self) -> list[Result]:
        try:
            self._try_seeds()
        except KeyboardInterrupt:
            raise RaceStopped([self._result(item) for item in self._every]) from None
        return [self._result(item) for item in self._every]

    def _try_seeds(self) -> None:
        for place, seed in enumerate(self._limits.seeds):
            running = [item for item in self._every if item.running]
            if not running:
                break
            for item in running:
                if item.running and self._left() > 0:
                    self._try(item, seed, pilot=place < _PILOT)
            if place == _PILOT - 1:
                for item in self._every:
                    self._lengthen(item)
            self._drop_worst()
            if self._left() <= 0:
                break

    def _left(self) -> float:
        return self._limits.seconds - (self._limits.clock() - self._begun)

    def _try(self, item: _Contestant, seed: int, *, pilot: bool) -> None:
        begun = self._limits.clock()
        self._say(item, len(item.seeds) + 1)
        before = self._course(seed, item.length, pilot=pilot)
        after = item.arm.train(seed, item.length, keep=pilot)
        item.seeds.append(seed)
        item.before.append(before)
        item.after.append(after)
        item.spent += self._limits.clock() - begun
        if after.raised and (not before.raised or len(item.seeds) == 1):
            # A training that cannot be begun fails with any seed.
            same = after.raised == before.raised
            item.outcome = "cannot be judged" if same else "failed"
            item.reason, item.running = after.raised, False
        else:
            self._review(item)
        self._say(item, len(item.seeds), known=True)

    def _say(self, item: _Contestant, seeds: int, *, known: bool = False) -> None:
        if self._on_seed is not None:
            place = next(at for at, other in enumerate(self._every) if other is item)
            self._on_seed(place, seeds, self._known_of(item) if known else None)

    def _course(self, seed: int, length: int, *, pilot: bool) -> Course:
        """Train the unchanged arm, once for all contestants."""
        raised = next((item for item in self._known.values() if item.raised), None)
        if raised is not None:
            return raised
        if self._reached.get(seed, 0) < length:
            # The longest that another contestant will ask for: only the pilot's go on.
            lengths = [item.length for item in self._every if item.running and not pilot]
            asked = max([length, *lengths])
            self._known[seed] = self._unchanged.train(seed, asked, keep=pilot)
            self._reached[seed] = asked
        return self._known[seed]

    def _lengthen(self, item: _Contestant) -> None:
        """Train longer where neither side trains from every seed; a choice that favours neither."""
        own = max(self._unchanged.own_steps, item.arm.own_steps)
        for length in self._limits.lengths:
            sides = item.before, item.after
            stuck = not any(all(_trains(run, item.length) for run in side) for side in sides)
            can = item.running and item.length < min(length, own) and self._left() > 0
            if not (stuck and can and len(item.seeds) == _PILOT):
                continue
            item.length = length
            begun = self._limits.clock()
            item.before = [self._course(seed, length, pilot=True) for seed in item.seeds]
            item.after = [item.arm.train(seed, length, keep=True) for seed in item.seeds]
            item.spent += self._limits.clock() - begun
            self._review(item)

    def _review(self, item: _Contestant) -> None:
        item.decisions = self._decisions(item.before, item.after, item.length)
        item.outcome = _together([decision.outcome for decision in item.decisions])
        if item.outcome in ("better", "worse"):
            item.running = False
            others = [self._other(seed, item.length) for seed in item.seeds]
            null = self._decisions(item.before, others, item.length)
            if _together([decision.outcome for decision in null]) in ("better", "worse"):
                item.outcome, item.reason = "undecided", UNSTABLE
        elif item.outcome == "no difference":
            item.running = False

    def _other(self, seed: int, length: int) -> Course:
        return self._course(seed + _OTHER_SEEDS, length, pilot=False)

    def _decisions(
        self, before: Sequence[Course], after: Sequence[Course], length: int
    ) -> tuple[Decision, ...]:
        # Several outputs are several questions: they share the error rate.
        alpha = ALPHA / len(self._floors)
        return tuple(
            decide(self._pairs(before, after, length, place), alpha)
            for place in range(len(self._floors))
        )

    def _pairs(
        self, before: Sequence[Course], after: Sequence[Course], length: int, place: int
    ) -> list[Pair]:
        return [
            Pair(
                _learnt(b, length, place),
                _learnt(a, length, place),
                self._worth(a, length, place) - self._worth(b, length, place),
            )
            for b, a in zip(before, after, strict=True)
        ]

    def _worth(self, course: Course, length: int, place: int) -> float:
        """Return the value, no worse than that of a prediction that ignores the inputs."""
        readings = course.at(length)
        value = readings[place].value if readings else math.nan
        return self._floors[place] if math.isnan(value) else max(self._floors[place], value)

    def _drop_worst(self) -> None:
        """Drop the arm that does worst while the budget lasts for few rounds of all."""
        running = [item for item in self._every if item.running and item.seeds]
        while len(running) > 1:
            round_costs = sum(item.spent / len(item.seeds) for item in running)
            if self._left() >= _ROUNDS_TO_COME * round_costs:
                return
            worst = min(running, key=lambda item: item.gain)
            worst.running, worst.reason = False, DROPPED
            running.remove(worst)

    def _result(self, item: _Contestant) -> Result:
        """Return what is known of an arm, and what would decide it."""
        known = self._known_of(item)
        if item.outcome != "undecided":
            return known
        counts = [
            seeds_needed(
                self._pairs(item.before, item.after, item.length, place), ALPHA / len(self._floors)
            )
            for place in range(len(self._floors))
        ]
        needed = min((count for count in counts if count is not None), default=None)
        each = item.spent / len(item.seeds) if item.seeds else 0.0
        seconds = None if needed is None else needed * each
        return replace(known, needed=needed, seconds=seconds)

    def _known_of(self, item: _Contestant) -> Result:
        others = [seed + _OTHER_SEEDS for seed in item.seeds]
        return Result(
            item.outcome,
            item.decisions,
            tuple(item.seeds),
            tuple(item.before),
            tuple(item.after),
            tuple(self._known[seed] for seed in others if seed in self._known),
            item.length,
            item.reason,
        )


def _trains(course: Course, length: int) -> bool:
    readings = course.at(length)
    return bool(readings) and all(item.learnt for item in readings)


def _learnt(course: Course, length: int, place: int) -> bool:
    readings = course.at(length)
    return bool(readings) and readings[place].learnt


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    """Join what the outputs say: a loss of one is not made good by another."""
    order: tuple[Outcome, ...] = ("worse", "better", "undecided", "no difference")
    return next(item for item in order if item in outcomes)
