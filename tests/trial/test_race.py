"""Arms raced with made-up trainings: what is decided, when, and at what cost."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from nbdiag.trial.race import DROPPED, UNSTABLE, Course, Limits, RaceStopped, Result, race
from nbdiag.trial.scores import Reading

FLOOR = 0.5


@dataclass
class Fake:
    """An arm whose readings are drawn from its seed; each step costs so many seconds."""

    read: Callable[[np.random.Generator, int], float]
    clock: "Clock"
    own_steps: int = 1000
    cost: float = 0.001
    raised: str = ""
    stream: int = 0
    asked: list[tuple[int, int]] = field(default_factory=list)

    def train(self, seed: int, steps: int, *, keep: bool = False) -> Course:
        self.clock.now += self.cost * steps
        self.asked.append((seed, steps))
        last = min(steps, self.own_steps)
        times = [step for step in (10, 20, 40, 80, 160) if step < last] + [last]
        values = [self.read(np.random.default_rng([seed, self.stream]), step) for step in times]
        readings = tuple((Reading(value, value, learnt=value >= 0.62),) for value in values)
        return Course(tuple(times), readings, self.raised)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def always(value: float) -> Callable[[np.random.Generator, int], float]:
    return lambda *_: value


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sometimes(chance: float) -> Callable[[np.random.Generator, int], float]:
    def read(rng: np.random.Generator, _: int) -> float:
        trains = rng.random() < chance
        return float((0.93 if trains else 0.5) + 0.02 * rng.normal())

    return read


def raced(clock: Clock, unchanged: Fake, *arms: Fake, **limits: object) -> list[Result]:
    return race(unchanged, arms, [FLOOR], Limits(clock=clock, **limits))  # type: ignore[arg-type]


def test_a_cure_is_better_and_a_poison_worse_after_few_seeds(clock: Clock) -> None:
    cure, poison = (Fake(sometimes(chance), clock, stream=1) for chance in (1.0, 0.0))
    (better,) = raced(clock, Fake(sometimes(0.0), clock), cure)
    (worse,) = raced(clock, Fake(sometimes(1.0), clock), poison)
    assert (better.outcome, worse.outcome) == ("better", "worse")
    assert len(better.seeds) == len(worse.seeds) == 4
    assert better.decisions[0].interval[0] > 0
    assert len(better.others) == 4


def test_a_change_that_does_nothing_is_seldom_better_on_programs_stable_or_not() -> None:
    outcomes: Counter[str] = Counter()
    for number in range(400):
        clock = Clock()
        chance = (0.0, 0.3, 0.5, 0.8, 1.0)[number % 5]
        sides = [Fake(sometimes(chance), clock, stream=number * 2 + side) for side in (0, 1)]
        outcomes[raced(clock, *sides)[0].outcome] += 1
    assert outcomes["better"] <= 8
    assert outcomes["worse"] <= 8
    assert outcomes["no difference"] >= 100


def test_a_question_that_luck_leaves_open_is_undecided_with_its_cost(clock: Clock) -> None:
    sides = [Fake(sometimes(0.5), clock, stream=stream) for stream in (3, 4)]
    (result,) = raced(clock, *sides)
    assert result.outcome == "undecided"
    assert len(result.seeds) == 12
    assert result.needed is None or result.needed > 12
    assert (result.seconds is None) == (result.needed is None)


def test_the_budget_ends_a_race(clock: Clock) -> None:
    sides = [Fake(sometimes(0.5), clock, stream=stream, cost=0.05) for stream in (3, 4)]
    (result,) = raced(clock, *sides, seconds=9.0, lengths=(40,))
    assert result.outcome == "undecided"
    assert len(result.seeds) == 3


def test_the_worst_is_dropped_while_the_budget_is_short(clock: Clock) -> None:
    def level(value: float) -> Callable[[np.random.Generator, int], float]:
        return lambda rng, _: value + 0.15 * float(rng.normal())

    unchanged = Fake(level(0.7), clock, cost=0.01)
    good, bad = (Fake(level(v), clock, stream=s, cost=0.01) for s, v in ((1, 0.78), (2, 0.6)))
    best, worst = raced(clock, unchanged, good, bad, seconds=6.0, lengths=(40,))
    assert worst.reason == DROPPED
    assert len(best.seeds) > len(worst.seeds)


def test_trainings_go_on_where_nothing_trains(clock: Clock) -> None:
    def late(_: np.random.Generator, step: int) -> float:
        return 0.9 if step >= 80 else 0.5

    slow, stuck = Fake(late, clock), Fake(always(0.5), clock)
    first, second = raced(clock, Fake(always(0.5), clock), slow, stuck)
    assert (first.outcome, first.steps) == ("better", 80)
    assert (second.outcome, second.steps) == ("no difference", 160)
    assert Counter(steps for seed, steps in slow.asked if seed > 1) == {80: 2}


def test_trainings_go_on_where_luck_decides_on_both_sides(clock: Clock) -> None:
    def by_seed(rng: np.random.Generator, step: int) -> float:
        even = rng.bit_generator.seed_seq.entropy[0] % 2 == 0  # type: ignore[attr-defined]
        return 0.9 if even or step >= 160 else 0.5

    (result,) = raced(clock, Fake(always(0.5), clock), Fake(by_seed, clock))
    assert (result.outcome, result.steps) == ("better", 160)


def test_no_training_is_longer_than_the_users_own(clock: Clock) -> None:
    short, stuck = (Fake(always(0.5), clock, own_steps=25) for _ in range(2))
    (result,) = raced(clock, short, stuck)
    assert result.steps == 40
    assert result.before[0].steps[-1] == 25
    assert {steps for _, steps in short.asked} == {40}


def test_what_differs_from_itself_as_much_is_not_called_better(clock: Clock) -> None:
    def by_seed(rng: np.random.Generator, _: int) -> float:
        return 0.9 if rng.bit_generator.seed_seq.entropy[0] > 100 else 0.5  # type: ignore[attr-defined]

    cure = Fake(always(0.9), clock)
    (result,) = raced(clock, Fake(by_seed, clock), cure)
    assert (result.outcome, result.reason) == ("undecided", UNSTABLE)


def test_an_arm_that_raises_has_failed_and_a_crash_that_is_repaired_is_better(clock: Clock) -> None:
    crash = Fake(always(0.5), clock, raised="ValueError: shapes")
    sound = Fake(always(0.9), clock)
    (failed,) = raced(clock, sound, crash)
    assert (failed.outcome, failed.reason, len(failed.seeds)) == ("failed", "ValueError: shapes", 1)
    (both,) = raced(clock, crash, Fake(always(0.5), clock, raised=crash.raised))
    assert (both.outcome, both.reason) == ("cannot be judged", "ValueError: shapes")
    crash.asked.clear()
    (repaired,) = raced(clock, crash, sound)
    assert repaired.outcome == "better"
    assert crash.asked == [(0, 40)]  # it fails with any seed


def test_a_training_that_diverges_does_worse_and_has_not_failed(clock: Clock) -> None:
    (result,) = raced(clock, Fake(always(0.9), clock), Fake(always(math.nan), clock))
    assert result.outcome == "worse"


def test_progress_is_reported_before_and_after_each_training(clock: Clock) -> None:
    heard: list[tuple[int, int, str]] = []
    arms = [Fake(always(value), clock) for value in (0.9, 0.5)]
    results = race(
        Fake(always(0.5), clock),
        arms,
        [FLOOR],
        Limits(clock=clock),
        lambda arm, seeds, known: heard.append((arm, seeds, known.outcome if known else "")),
    )
    assert heard[:4] == [(0, 1, ""), (0, 1, "undecided"), (1, 1, ""), (1, 1, "undecided")]
    for place, result in enumerate(results):
        last = [item for item in heard if item[0] == place][-1]
        assert last == (place, len(result.seeds), result.outcome)


def test_outputs_share_the_error_rate_and_a_loss_of_one_decides(clock: Clock) -> None:
    @dataclass
    class Two(Fake):
        other: float = 0.5

        def train(self, seed: int, steps: int, *, keep: bool = False) -> Course:
            course = super().train(seed, steps)
            second = Reading(self.other, learnt=self.other >= 0.62)
            return Course(course.steps, tuple((*item, second) for item in course.readings))

    stuck, half = (Two(always(value), clock, other=0.9) for value in (0.5, 0.9))
    traded = Two(always(0.9), clock, other=0.5)
    gained, lost = race(stuck, [half, traded], [FLOOR, FLOOR], Limits(clock=clock))
    assert (gained.outcome, lost.outcome) == ("better", "worse")
    assert len(gained.decisions) == 2
    assert len(gained.seeds) > 4


def test_an_interrupt_keeps_what_is_decided(clock: Clock) -> None:
    @dataclass
    class Stopped(Fake):
        def train(self, seed: int, steps: int, *, keep: bool = False) -> Course:
            if seed == 6:
                raise KeyboardInterrupt
            return super().train(seed, steps)

    arms = [Fake(always(0.9), clock), Stopped(sometimes(0.5), clock)]
    with pytest.raises(RaceStopped) as stopped:
        raced(clock, Fake(always(0.5), clock), *arms)
    first, second = stopped.value.results
    assert (first.outcome, second.outcome) == ("better", "undecided")
    assert len(second.seeds) == 6
