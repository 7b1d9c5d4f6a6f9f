"""Thresholds of an investigation, a case on either side of each."""

import math

import pytest

from nbdiag.trial.investigation.judgement import (
    good_starts,
    helps,
    is_luck,
    is_short_of,
    needs_a_cure,
    reproduces,
    skill,
    skill_of,
)
from nbdiag.trial.scores import Reading


def test_a_skill_is_between_an_answer_without_inputs_and_a_perfect_one() -> None:
    assert skill("classes", 0.5) == 0
    assert skill("tags", 0.75) == 0.5
    assert skill("classes", 1.0) == 1
    assert skill("classes", 0.2) == 0
    assert skill("numbers", 0.6) == 0.6
    assert skill("numbers", -4.0) == 0
    assert skill("numbers", math.nan) == 0


def test_a_model_is_as_good_as_its_worst_output() -> None:
    assert skill_of(["classes", "numbers"], [Reading(0.9), Reading(0.3)]) == 0.3
    assert skill_of(["classes"], []) == 0


@pytest.mark.parametrize(("own", "needs"), [(0.89, True), (0.9, False), (1.0, False), (0.0, True)])
def test_what_works_needs_no_cure(own: float, needs: bool) -> None:
    assert needs_a_cure(own) is needs


@pytest.mark.parametrize(
    ("own", "copies", "same"),
    [
        (0.3, (0.5, 0.58), True),
        (0.3, (0.56, 0.56), False),
        (0.5, (0.25, 0.25), True),
        (0.5, (0.24, 0.24), False),
        (0.5, (), False),
    ],
)
def test_copies_do_as_the_training_did(own: float, copies: tuple[float, ...], same: bool) -> None:
    assert reproduces(own, copies) is same


@pytest.mark.parametrize(
    ("own", "best", "short"),
    [
        (0.5, 0.8, True),
        (0.6, 0.8, False),
        (0.05, 0.15, False),
        (0.0, 0.15, True),
        (0.9, 0.5, False),
    ],
)
def test_only_a_training_far_below_what_is_possible_is_mended(
    own: float, best: float, short: bool
) -> None:
    assert is_short_of(own, best) is short


@pytest.mark.parametrize(
    ("before", "after", "best", "cured"),
    [
        ((0.0, 0.1, 0.0), (0.8, 0.7, 0.8), 0.9, True),
        # One start gains too little.
        ((0.0, 0.62, 0.0), (0.8, 0.7, 0.8), 0.9, False),
        ((0.0, 0.59, 0.0), (0.8, 0.7, 0.8), 0.9, True),
        # The mean gains too little.
        ((0.5, 0.5, 0.5), (0.64, 0.64, 0.64), 0.7, False),
        ((0.5, 0.5, 0.5), (0.66, 0.66, 0.66), 0.7, True),
        # Far from what is possible.
        ((0.0, 0.0, 0.0), (0.6, 0.6, 0.6), 0.9, False),
        ((0.0, 0.0, 0.0), (0.64, 0.64, 0.64), 0.9, True),
        ((), (), 0.9, False),
    ],
)
def test_a_cure_gains_from_every_start_and_reaches_what_is_possible(
    before: tuple[float, ...], after: tuple[float, ...], best: float, cured: bool
) -> None:
    assert helps(before, after, best) is cured


def test_what_other_starts_do_as_well_is_luck() -> None:
    assert is_luck((0.0, 0.0), (0.1, 0.75), (0.7, 0.8))
    assert not is_luck((0.0, 0.0), (0.1, 0.65), (0.7, 0.8))


def test_starts_that_work_are_counted() -> None:
    assert good_starts((0.0, 0.64, 0.62), 0.9) == 1
