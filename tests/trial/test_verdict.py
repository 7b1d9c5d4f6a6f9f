"""Results written down as verdicts with their numbers."""

import math

import pytest

from nbdiag.schema.finding import Proof
from nbdiag.trial.race import DROPPED, Course, Result
from nbdiag.trial.scores import Reading, Task
from nbdiag.trial.sequential import Pair, decide
from nbdiag.trial.verdict import proof_of


def courses(*values: float, error: str = "") -> tuple[Course, ...]:
    return tuple(
        Course((10, 40), tuple((_reading(item, error),) for item in (0.5, value)))
        for value in values
    )


def _reading(value: float, error: str) -> Reading:
    return Reading(value, value - 0.1, learnt=value >= 0.62, error=error)


def written(
    before: tuple[Course, ...],
    after: tuple[Course, ...],
    outcome: str = "better",
    task: Task = "classes",
    lengths: tuple[int, int] = (400, 400),
    **others: object,
) -> Proof:
    pairs = [Pair(False, True, 0.4)] * len(before)
    result = Result(
        outcome,  # type: ignore[arg-type]
        (decide(pairs),),
        tuple(range(len(before))),
        before,
        after,
        steps=40,
        **others,  # type: ignore[arg-type]
    )
    return proof_of(result, {"head": task}, lengths, 512, ["A remark."])


def test_the_sentence_has_the_numbers() -> None:
    before, after = courses(0.5, 0.9, 0.5, 0.45, 0.5), courses(0.97, 0.98, 0.96, 0.97, 0.99)
    proof = written(before, after)
    assert proof.summary == (
        "1 of 5 train → 5 of 5 train after 40 steps; median AUC on 512 held-out samples "
        "0.50 → 0.97. A remark."
    )
    areas, accuracies = proof.trials
    assert (areas.metric, areas.seeds, areas.steps) == ("AUC", (0, 1, 2, 3, 4), 40)
    assert areas.before == (0.5, 0.9, 0.5, 0.45, 0.5)
    assert accuracies.metric == "accuracy"


def test_the_picture_has_a_curve_for_each_seed() -> None:
    short = Course((10,), ((_reading(0.7, ""),),))
    proof = written((*courses(0.5), short), courses(0.9, 0.8), others=courses(0.5, 0.6))
    trial = proof.trials[0]
    assert trial.read_at == (10, 40)
    assert trial.before_curves[0] == (0.5, 0.5)
    assert trial.before_curves[1][0] == 0.7
    assert math.isnan(trial.before_curves[1][1])
    assert trial.after_curves == ((0.5, 0.9), (0.5, 0.8))
    assert trial.others == (0.5, 0.6)
    assert proof.gain is None  # two seeds say nothing of it


@pytest.mark.parametrize(
    ("outcome", "beginning", "others"),
    [
        ("worse", "The fix did worse here: 5 of 5", {}),
        ("no difference", "No difference above 0.1: 5 of 5", {}),
        ("undecided", "Undecided: 5 of 5", {}),
    ],
)
def test_what_is_not_better_is_said_first(outcome: str, beginning: str, others: dict) -> None:
    proof = written(courses(*[0.9] * 5), courses(*[0.9] * 5), outcome, **others)
    assert proof.verdict == outcome
    assert proof.summary.startswith(beginning)


@pytest.mark.parametrize(
    ("others", "end"),
    [
        ({"needed": 31, "seconds": 12.4}, "About 31 seeds would decide it, 12 s of CPU in all."),
        ({}, "More seeds of this kind would not decide it."),
        ({"reason": DROPPED}, "the budget went to the fixes that did better."),
    ],
)
def test_what_is_undecided_says_what_would_decide_it(others: dict, end: str) -> None:
    proof = written(courses(0.9, 0.5), courses(0.9, 0.5), "undecided", **others)
    assert proof.summary.endswith(f"{end} A remark.")


def test_lengths_that_differ_are_both_given() -> None:
    proof = written(courses(0.5), courses(0.9), lengths=(25, 400))
    assert "after 25 → 40 steps" in proof.summary


def test_numbers_are_judged_by_the_share_of_variance() -> None:
    nan = [Reading(math.nan, learnt=False)]
    course = Course((40,), (tuple(nan),))
    proof = written((course,), courses(0.9), task="numbers")
    assert "median R² on 512 held-out samples none → 0.90" in proof.summary
    assert [item.metric for item in proof.trials] == ["R²"]


def test_a_fix_that_cannot_be_trained_failed_and_a_crash_is_named() -> None:
    failed = written((), (), "failed", reason="ValueError: shapes")
    assert failed == Proof("failed", "The fix could not be trained: ValueError: shapes.")
    neither = written((), (), "cannot be judged", reason="ValueError: shapes")
    assert neither.verdict == "cannot be judged"
    assert "fails with the fix and without: ValueError: shapes." in neither.summary
    crash = (Course(raised="ValueError: shapes"),) * 2
    repaired = written(crash, courses(0.9, 0.9))
    assert "none → 0.90 (unchanged, ValueError: shapes)" in repaired.summary
    assert math.isnan(repaired.trials[0].before[0])


def test_each_output_is_judged_by_its_own_number() -> None:
    both = Course((40,), ((Reading(0.9, 0.8, learnt=True), Reading(0.3, learnt=True)),))
    pairs = decide([Pair(True, True, 0.0)] * 5)
    result = Result("no difference", (pairs, pairs), (0,), (both,), (both,), steps=40)
    tasks: dict[str, Task] = {"kind": "classes", "size": "numbers"}
    proof = proof_of(result, tasks, (40, 40), 99)
    assert "kind: 1 of 1 train" in proof.summary
    assert "size: 1 of 1 train → 1 of 1 train after 40 steps; median R²" in proof.summary
    assert [(item.output, item.metric) for item in proof.trials] == [
        ("kind", "AUC"),
        ("kind", "accuracy"),
        ("size", "R²"),
    ]
