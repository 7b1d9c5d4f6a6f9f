"""Verdicts from readings."""

import math

import pytest

from nbdiag.trial.scores import Reading
from nbdiag.trial.verdict import weigh


def readings(*values: float) -> list[Reading]:
    return [Reading(value, accuracy=value - 0.1, learnt=value >= 0.62) for value in values]


def verdict(before: list[Reading], after: list[Reading]) -> str:
    seeds = range(len(before))
    return weigh("AUC", seeds, before, after, steps=40, rows=400).verdict


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((0.5, 0.5), (0.97, 0.9), "better"),
        ((0.5, 0.89), (0.88, 0.81), "better"),
        ((0.89, 0.9), (0.81, 0.85), "no difference"),
        ((0.7, 0.7), (0.9, 0.95), "better"),
        ((0.5, 0.5), (0.5, 0.51), "no difference"),
        ((0.33, 0.3), (0.5, 0.5), "no difference"),
        ((0.5, 0.5, 0.5, 0.9, 0.9), (0.5, 0.5, 0.9, 0.9, 0.9), "no difference"),
        ((0.5, 0.9), (0.9, 0.5), "no difference"),
        ((0.9, 0.9), (0.5, 0.5), "worse"),
        ((0.5, 0.5, 0.5, 0.9), (0.5, 0.5, 0.5, 0.5), "worse"),
        ((0.5, 0.9, 0.9, 0.9), (0.5, 0.5, 0.9, 0.9), "no difference"),
        ((0.97, 0.99), (0.8, 0.7), "worse"),
    ],
)
def test_seeds_are_compared_one_by_one(
    before: tuple[float, ...], after: tuple[float, ...], expected: str
) -> None:
    assert verdict(readings(*before), readings(*after)) == expected


def test_the_sentence_has_the_numbers() -> None:
    before, after = readings(0.5, 0.9, 0.5, 0.45, 0.5), readings(0.97, 0.98, 0.96, 0.97, 0.99)
    proof = weigh("AUC", range(5), before, after, steps=40, rows=512)
    assert proof.summary == (
        "1 of 5 train → 5 of 5 train after 40 steps; median AUC on 512 held-out samples 0.50 → 0.97."
    )
    areas, accuracies = proof.trials
    assert (areas.metric, areas.seeds, areas.steps) == ("AUC", (0, 1, 2, 3, 4), 40)
    assert areas.before == (0.5, 0.9, 0.5, 0.45, 0.5)
    assert accuracies.metric == "accuracy"


def test_a_fix_that_cannot_be_trained_failed_and_one_that_trains_at_all_is_better() -> None:
    broken = [Reading(math.nan, error="ValueError: shapes") for _ in range(2)]
    proof = weigh("AUC", (0, 1), readings(0.5, 0.5), broken, steps=40, rows=9)
    assert proof.verdict == "failed"
    assert proof.summary == "The fix could not be trained: ValueError: shapes."
    assert len(proof.trials) == 1
    repaired = weigh("AUC", (0, 1), broken, readings(0.9, 0.9), steps=40, rows=9)
    assert repaired.verdict == "better"
    assert "none → 0.90 (unchanged, ValueError: shapes)" in repaired.summary
