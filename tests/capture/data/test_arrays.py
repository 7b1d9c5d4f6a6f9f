"""Statistics of arrays, against the same numbers worked out naively."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.capture.data.arrays import as_array, describe_array, digest, even_rows, named_arrays
from nbdiag.schema.codec import to_json


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_a_small_array_is_measured_whole():
    array = random(300, 4).astype("float32")
    stats = describe_array(array, "table")
    assert (stats.name, stats.dtype, stats.shape) == ("table", "float32", (4,))
    assert (stats.rows, stats.sampled) == (300, 300)
    assert stats.minimum == array.min()
    assert stats.mean == pytest.approx(array.astype("float64").mean())
    assert stats.std == pytest.approx(array.astype("float64").std())
    assert stats.column_means == pytest.approx(array.astype("float64").mean(axis=0))
    assert stats.row_sums[1] == pytest.approx(array.astype("float64").sum(axis=1).max())
    assert (stats.columns, stats.constant_columns) == (4, 0)
    assert stats.values is None
    to_json(stats)


def test_extremes_and_nan_are_exact_beyond_the_sample():
    array = random(50_000, 3).astype("float32")
    array[12_345, 1], array[31_111, 2] = 99, np.nan
    stats = describe_array(array, "")
    assert stats.sampled < stats.rows
    assert stats.maximum == 99
    assert stats.nans == 1
    assert stats.mean == pytest.approx(0, abs=0.05)


def test_a_column_that_never_changes():
    array = random(50, 3)
    array[:, 1] = 7
    assert describe_array(array, "").constant_columns == 1


def test_pictures_have_no_columns():
    stats = describe_array(np.zeros((4, 8, 8, 3), dtype="uint8"), "")
    assert stats.columns == 0
    assert stats.column_means is None
    assert stats.values == ((0.0, 4 * 8 * 8 * 3),)
    assert stats.whole == 1


def test_labels_are_counted_on_all_rows():
    labels = np.repeat([0, 1, 2], [5000, 4000, 1000])
    stats = describe_array(labels, "", labels=True)
    assert stats.sampled == 10_000
    assert stats.shares == {0: 0.5, 1: 0.4, 2: 0.1}
    assert stats.values == ((0.0, 5000), (1.0, 4000), (2.0, 1000))


def test_shares_of_one_hot_rows():
    stats = describe_array(np.eye(3, dtype="float32")[[0, 0, 2, 2]], "", labels=True)
    assert stats.shares == {0: 0.5, 2: 0.5}


@pytest.mark.parametrize(
    "labels",
    [np.array([[1, 1], [0, 1]]), np.array([0.5, 1.0]), random(500)],
    ids=["tags", "fractions", "numbers"],
)
def test_targets_that_are_no_classes_have_no_shares(labels):
    assert describe_array(labels, "", labels=True).shares is None


def test_text_has_no_numbers():
    stats = describe_array(np.array(["a", "b"], dtype=object), "")
    assert np.isnan(stats.minimum)
    assert stats.rows == 2


def test_an_empty_array():
    assert describe_array(np.zeros((0, 3)), "").rows == 0


def test_digest_tells_arrays_apart():
    array = random(1000, 5)
    assert digest(array) == digest(array.copy())
    assert digest(array) != digest(array / 255)
    assert digest(array) != digest(array.astype("float32"))


@given(st.integers(1, 10_000), st.integers(1, 500))
def test_even_rows(rows, most):
    places = even_rows(rows, most)
    assert len(places) == min(rows, most)
    assert len(set(places)) == len(places)
    assert places[0] == 0
    assert places[-1] == rows - 1 or most == 1


def test_arrays_by_key():
    array = random(3, 2)
    assert list(named_arrays(array)) == [""]
    assert list(named_arrays([array, array])) == ["0", "1"]
    assert list(named_arrays([array, array], ["left", "right"])) == ["left", "right"]
    assert list(named_arrays([array], ["left"])) == [""]
    assert list(named_arrays({"a": array, "b": "no array"})) == ["a"]
    assert named_arrays(None) == {}
    assert as_array([1, 2, 3]) is None


def test_a_frame_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [3, 4]})
    assert describe_array(as_array(frame), "").columns == 2
    assert as_array(frame["a"]).shape == (2,)


@pytest.mark.parametrize(
    ("sequences", "padding", "gaps"),
    [
        ([[0, 0, 3, 4, 5, 6, 7, 8], [0, 0, 3, 4, 5, 6, 7, 8]], (0.25, 0.0), 0.0),
        ([[3, 4, 0, 5, 6, 7, 0, 0], [3, 4, 0, 5, 6, 7, 0, 0]], (0.0, 0.25), 2 / 12),
        ([[1, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0]], (0.0, 0.5), 0.75),
        ([[0] * 8] * 2, (0.0, 1.0), None),
    ],
)
def test_zeros_around_and_within_sequences(sequences, padding, gaps):
    stats = describe_array(np.array(sequences), "")
    assert stats.padding == padding
    assert stats.gaps == (None if gaps is None else pytest.approx(gaps))


def test_readings_have_no_gaps():
    assert describe_array(np.ones((4, 9, 2)), "").gaps is None
    assert describe_array(np.linspace(0, 1, 40).reshape(4, 10), "").gaps is None
