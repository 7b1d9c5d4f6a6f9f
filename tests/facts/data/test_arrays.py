"""Facts of arrays against the same numbers computed from the arrays themselves."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nbdiag.facts.data import arrays
from nbdiag.schema.data import Split
from nbdiag.schema.missing import Missing
from tests.factory import describe


def test_rms_is_that_of_the_values():
    values = np.random.default_rng(1).normal(3, 2, size=(400, 5))
    assert arrays.rms(describe(values)) == pytest.approx(np.sqrt((values**2).mean()))


def test_column_sizes_are_those_of_the_columns():
    values = np.random.default_rng(2).normal(size=(300, 3)) * [1, 20, 400] + [0, 5, 0]
    sizes = arrays.column_sizes(describe(values))
    assert sizes == pytest.approx(np.sqrt((values**2).mean(axis=0)))


def test_column_spread_names_the_widest_column_and_its_share():
    values = np.random.default_rng(3).normal(size=(300, 3)) * [2, 500, 1]
    squares = (values**2).mean(axis=0)
    spread = arrays.column_spread(describe(values))
    assert spread.widest == 1
    assert spread.ratio == pytest.approx(np.sqrt(squares[1] / squares.min()))
    assert spread.share == pytest.approx(squares[1] / squares.sum())


def test_share_of_the_widest_column_is_its_share_of_a_first_layers_variance():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(500, 4)) * [1, 1, 30, 4]
    weights = rng.normal(size=(4, 4000))
    alone = values[:, 2:3] @ weights[2:3]
    share = (alone**2).mean() / ((values @ weights) ** 2).mean()
    assert arrays.column_spread(describe(values)).share == pytest.approx(share, rel=0.05)


def test_columns_that_never_change_are_not_the_narrowest():
    values = np.column_stack([np.zeros(50), np.linspace(0, 1, 50), np.linspace(0, 8, 50)])
    assert arrays.column_spread(describe(values)).ratio == pytest.approx(8)


def test_rounding_does_not_make_a_constant_column_vary():
    table = np.column_stack([np.full(400, 2.024), np.linspace(0, 1, 400), np.linspace(0, 8, 400)])
    assert describe(table).column_stds[0] > 0
    assert arrays.blurred_columns(describe(table)) == ()
    assert arrays.column_spread(describe(table)).narrowest_size == pytest.approx(0.5776, abs=1e-3)


def test_one_varying_column_cannot_be_compared():
    values = np.column_stack([np.ones(50), np.linspace(0, 1, 50)])
    assert isinstance(arrays.column_spread(describe(values)), Missing)
    assert isinstance(arrays.column_spread(describe(np.zeros((9, 600)))), Missing)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.arange(256, dtype="uint8"), 255),
        (np.arange(0, 250, dtype="float64"), 255),
        (np.arange(0, 60_000, 7, dtype="uint16"), 65_535),
        (np.arange(0, 60_000, 7, dtype="int64"), None),
        (np.arange(30), None),
        (np.linspace(0, 255, 999), None),
        (np.arange(-9, 200), None),
        (np.array([0, 1], dtype="uint8"), None),
    ],
)
def test_full_scale_needs_whole_numbers_that_fill_the_format(values, expected):
    assert arrays.full_scale(describe(np.tile(values[:, None], 16))) == expected


def test_a_few_whole_numbers_a_row_are_no_picture():
    counts = np.arange(100, dtype="float64")[:, None]
    assert arrays.full_scale(describe(counts)) is None
    assert arrays.full_scale(describe(counts.astype("uint8"))) == 255


def test_a_sentinel_is_an_extreme_value_of_another_kind():
    rng = np.random.default_rng(5)
    table = np.abs(rng.normal(90, 20, size=(200, 4)))
    assert arrays.sentinel(describe(table)) is None
    table[rng.random(table.shape) < 0.1] = -999.0
    assert arrays.sentinel(describe(table)) == -999.0
    small = rng.random((200, 4))
    small[3, 1] = 999.0
    assert arrays.sentinel(describe(small)) == 999.0


def test_a_column_that_reaches_the_mark_on_its_own_scale_is_no_sentinel():
    assert arrays.sentinel(describe(np.linspace(200, 999, 800)[:, None])) is None
    assert arrays.sentinel(describe(np.linspace(-1_000_000, -999, 1000)[:, None])) is None


def test_blurred_columns_are_those_that_float32_makes_constant():
    rng = np.random.default_rng(6)
    addresses = 3_232_235_773.0 + rng.integers(0, 9, size=200)
    amounts = 100_000.0 + np.arange(200)
    table = np.column_stack([amounts, addresses, rng.random(200)])
    found = arrays.blurred_columns(describe(table))
    stored = table.astype("float32")
    assert found == (1,)
    assert len(np.unique(stored[:, 1])) == 1
    assert len(np.unique(stored[:, 0])) == 200


def test_blurred_columns_are_unknown_for_wide_rows():
    assert isinstance(arrays.blurred_columns(describe(np.zeros((2, 600)))), Missing)


def test_total_variation_is_the_greatest_difference_in_probability():
    first, second = {0: 0.5, 1: 0.3, 2: 0.2}, {0: 0.1, 2: 0.4, 3: 0.5}
    classes = (0, 1, 2, 3)
    events = [[k for k in classes if bits >> k & 1] for bits in range(16)]
    greatest = max(
        sum(first.get(k, 0) for k in event) - sum(second.get(k, 0) for k in event)
        for event in events
    )
    assert arrays.total_variation(first, second) == pytest.approx(greatest)
    assert arrays.total_variation(first, first) == 0
    assert arrays.total_variation({0: 1.0}, {1: 1.0}) == 1


@pytest.mark.parametrize(("classes", "rows", "other"), [(4, 800, 200), (10, 500, 100)])
def test_chance_variation_is_that_of_shuffled_samples(classes, rows, other):
    rng = np.random.default_rng(7)
    drawn = [
        arrays.total_variation(
            describe(rng.integers(0, classes, rows)).shares,
            describe(rng.integers(0, classes, other)).shares,
        )
        for _ in range(300)
    ]
    assert arrays.chance_variation(classes, rows, other) == pytest.approx(np.mean(drawn), rel=0.05)


@pytest.mark.parametrize(("values", "columns"), [(2, 6), (12, 3), (30, 3)])
def test_leaked_share_forgives_what_the_data_repeat_anyway(values, columns):
    rng = np.random.default_rng(8)
    rows = rng.integers(0, values, size=(2500, columns))
    training, validation = rows[:2000], rows[2000:]
    known = {tuple(row) for row in training}
    shared = sum(tuple(row) in known for row in validation)
    split = Split(2000, 500, shared, 2000 - len(known))
    assert shared > 20
    assert arrays.leaked_share(split) == 0
    assert arrays.repeated_share(split) == (2000 - len(known)) / 2000
    leaked = Split(2000, 500, min(500, shared + 200), 2000 - len(known))
    if shared < 300:
        assert arrays.leaked_share(leaked) > 0.2


def test_leaked_share_of_copied_rows_is_their_share():
    assert arrays.leaked_share(Split(400, 100, 40, 0)) == 0.4
    assert arrays.leaked_share(Split(400, 100, Missing("too many rows"))) == Missing(
        "too many rows"
    )
    assert isinstance(arrays.leaked_share(Split(400, 0, 0, 0)), Missing)


def test_scale_factor_is_the_factor_between_the_two_sides():
    values = np.random.default_rng(9).random((300, 4))
    found = arrays.scale_factor(describe(values[:200]), describe(values[200:] * 255))
    assert found == pytest.approx(255, rel=0.1)


def test_one_outlier_is_not_a_scale():
    values = np.random.default_rng(9).random((300, 4))
    spoilt = values[200:].copy()
    spoilt[0, 0] = 5000
    assert arrays.scale_factor(describe(values[:200]), describe(spoilt)) is None
    assert arrays.scale_factor(describe(np.zeros((5, 2))), describe(spoilt)) is None


def test_numbers_that_are_not_finite_have_no_scale():
    stats = describe(np.ones((5, 2)))
    assert arrays.scale_factor(stats, replace(stats, maximum=math.inf)) is None
