"""Curve facts against naive recomputation and against curves made to order."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from nbdiag.facts.training import curves
from nbdiag.schema.missing import Missing
from tests.factory import make_run

heights = st.floats(1e-6, 1e6)


@given(st.lists(heights, min_size=9, max_size=60))
def test_trend_is_the_theil_sen_slope_of_the_last_half(values):
    late = np.log(values[len(values) // 2 :])
    assert curves.trend(values) == pytest.approx(theilslopes(late).slope, abs=1e-12)


@given(st.lists(heights, min_size=9, max_size=40), st.floats(1e-3, 1e3))
def test_trend_does_not_depend_on_the_unit(values, unit):
    scaled = [value * unit for value in values]
    assert curves.trend(scaled) == pytest.approx(curves.trend(values), abs=1e-9)


def test_trend_of_a_long_curve_is_thinned_not_bent():
    values = [math.exp(-0.001 * epoch) for epoch in range(20_000)]
    assert curves.trend(values) == pytest.approx(-0.001, rel=1e-6)


@pytest.mark.parametrize("values", [[], [1.0] * 7, [1.0, -1.0] * 6, [math.nan] * 12])
def test_trend_is_missing_where_there_is_none(values):
    assert isinstance(curves.trend(values), Missing)


@given(st.lists(heights, min_size=3, max_size=8))
def test_pace_of_a_short_curve_leaves_the_first_epoch_out(values):
    expected = math.log(values[-1] / values[1]) / (len(values) - 2)
    assert curves.pace(values) == pytest.approx(expected, abs=1e-12)


def test_pace_of_two_epochs_and_of_many():
    assert curves.pace([2.0, 1.0]) == pytest.approx(math.log(0.5))
    assert isinstance(curves.pace([2.0]), Missing)
    assert isinstance(curves.pace([2.0, -1.0]), Missing)
    many = [math.exp(-0.1 * epoch) for epoch in range(20)]
    assert curves.pace(many) == pytest.approx(-0.1)


@given(st.lists(st.sampled_from([1.0, 1.0 + 1e-8, 2.0, 0.0]), max_size=12))
def test_repeats_counts_the_equal_tail(values):
    tail = 0
    while tail < len(values) and abs(values[-1 - tail] - values[-1]) <= 1e-6 * abs(values[-1]):
        tail += 1
    assert curves.repeats(values) == tail


def test_repeats_takes_infinity_for_itself_and_nan_for_nothing():
    assert curves.repeats([1.0, math.inf, math.inf]) == 2
    assert curves.repeats([math.nan, math.nan]) == 0


@given(st.integers(6, 40), st.integers(4, 20), st.floats(-0.2, 0.2))
def test_jump_names_the_first_high_epoch(quiet, loud, wobble):
    falling = [2.0 * 0.8**epoch * (1 + wobble * (-1) ** epoch) for epoch in range(quiet)]
    found = curves.jump(falling + [8.0] * loud, least=0.5)
    assert found is not None
    assert found.at == quiet
    assert found.after == 8.0
    assert not found.recovered


@given(
    st.lists(st.floats(-3, 3), max_size=40), st.sampled_from([2, 3, 5]), st.sampled_from([4, 10])
)
def test_jump_is_the_first_place_that_a_plain_search_finds(steps, lasts, window):
    values = np.exp(np.cumsum(steps))
    expected = None
    for at in range(lasts, len(values) - lasts + 1):
        low = values[at : at + lasts].min()
        before = np.median(values[max(0, at - window) : at])
        if low > max(0.1, 3 * before) and values[:at].min() <= values[0] / 2:
            expected = at
            break
    found = curves.jump(values.tolist(), 0.1, window, lasts)
    assert (found and found.at) == expected


@given(st.lists(st.floats(0.5, 1.4), min_size=3, max_size=50))
def test_no_jump_without_a_factor_of_three(values):
    assert curves.jump(values, least=0.0) is None


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 0.5, 0.2, 0.1, 5.0, 5.0, 0.1, 0.1, 0.1],  # two epochs: a spike
        [1e-3, 1e-4, 1e-6, 1e-7, 1e-5, 1e-5, 1e-5, 1e-5],  # high by factor, nothing by height
        [1.0, 0.9, 0.9, 0.9, 4.0, 4.0, 4.0, 4.0],  # nothing had been learnt
        [1.0, 0.1, 0.1, 0.1, math.inf, math.inf, math.inf],
    ],
)
def test_no_jump(values):
    assert curves.jump(values, least=0.1) is None


def test_jump_may_recover():
    values = [1.0, 0.3, 0.1, 0.1, 3.0, 2.0, 1.0, 0.5, 0.2, 0.15, 0.1, 0.1]
    found = curves.jump(values, least=0.1)
    assert found is not None
    assert found.at == 4
    assert found.recovered


@given(st.floats(-5, 5), st.floats(-1, 1), st.floats(0, 3), st.integers(10, 40))
def test_swing_sees_the_zigzag_and_not_the_slope(start, slope, amplitude, length):
    values = [start + slope * i + amplitude * (-1) ** i for i in range(length)]
    assert curves.swing(values) == pytest.approx(2 * amplitude, abs=1e-9)


def test_turns_of_a_line_and_of_a_zigzag():
    assert curves.turns(list(range(10))) == 0
    assert curves.turns([0, 1] * 6) == 1
    assert isinstance(curves.turns([0, 1, 0]), Missing)


def test_turn_names_the_lowest_epoch_of_a_curve_that_rises_since():
    found = curves.turn([1.0, 0.6, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8])
    assert found is not None
    assert (found.at, found.best, found.last) == (2, 0.4, 0.7)


@pytest.mark.parametrize(
    "values", [[], [1.0, 0.5, 0.4], [1.0, 0.4, 0.6, 0.5, 0.4], [0.4, 0.9, 0.8, 0.5, 0.5, 0.5]]
)
def test_no_turn(values):
    assert curves.turn(values) is None


@given(st.floats(0.01, 3), st.integers(3, 50))
def test_straightness_is_one_for_a_line_and_small_for_a_settled_curve(slope, length):
    line = [100 - slope * i for i in range(length)]
    assert curves.straightness(line) == pytest.approx(1.0, rel=1e-6)
    settled = [math.exp(-10 * i / (length - 1)) for i in range(length)]
    assert curves.straightness(settled) < 0.1


def test_straightness_needs_a_fall():
    assert isinstance(curves.straightness([1.0, 1.0, 0.5]), Missing)
    assert isinstance(curves.straightness([1.0, 0.5]), Missing)


@given(st.floats(0.01, 3), st.integers(3, 50))
def test_a_straight_fall_has_a_pace_and_a_settled_curve_has_none(slope, length):
    line = [200 - slope * i for i in range(length)]
    assert curves.straight_fall(line) == pytest.approx(slope, rel=1e-6)
    assert curves.straight_fall([math.exp(-10 * i / (length - 1)) for i in range(length)]) is None


def test_noise_has_no_pace():
    falling = [10.0, 10.5, 9.0, 9.5, 8.0, 8.5, 7.0, 7.5, 6.0]
    assert curves.straightness(falling) > 0.6
    assert curves.straight_fall(falling) is None
    assert curves.straight_fall([1.0, 0.9]) is None


def test_not_finite():
    assert curves.not_finite([1.0, 2.0]) is None
    assert curves.not_finite([1.0, math.nan, math.inf]) == 1


def test_curve_says_why_there_is_none():
    run = make_run(history={"loss": [1.0, 0.5]})
    assert curves.curve(run) == (1.0, 0.5)
    assert curves.curve(run, "val_loss") == Missing("there is no validation data")
    assert curves.curve(make_run()) == Missing("no epoch has reported loss")
