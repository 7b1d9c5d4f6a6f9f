"""Rows are compared byte for byte."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.capture.data.split import describe_split, order_of, row_marks
from nbdiag.schema.missing import Missing


@given(st.data())
def test_as_a_set_of_rows_would_say(data):
    kind = data.draw(st.sampled_from(["uint8", "float32", "int64", "float64"]))
    width = data.draw(st.integers(1, 11))
    cells = st.integers(0, 2)
    training = np.array(
        data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)), dtype=kind
    )
    validation = np.array(
        data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)), dtype=kind
    )
    split = describe_split([training], [validation], [])
    known = {row.tobytes() for row in training}
    assert split.shared_rows == sum(row.tobytes() in known for row in validation)
    assert split.duplicate_rows == len(training) - len(known)


def test_floats_that_differ_in_their_last_bit_are_different_rows():
    row = np.full((1, 5), 0.1)
    almost = row.copy()
    almost[0, 3] = np.nextafter(0.1, 1)
    assert describe_split([row], [almost], []).shared_rows == 0
    assert describe_split([row], [row.copy()], []).shared_rows == 1


def test_rows_of_several_inputs_belong_together():
    left, right = np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]])
    split = describe_split([left, right], [left, right[::-1]], [])
    assert split.shared_rows == 0


def test_equal_marks_are_not_taken_for_equal_rows(monkeypatch):
    from nbdiag.capture.data import split

    def same(arrays, places=None, **_):
        return np.zeros(len(arrays[0]) if places is None else len(places), "uint64")

    monkeypatch.setattr(split, "row_marks", same)
    training = np.array([[1.0], [1.0], [2.0]])
    found = split.describe_split([training], [np.array([[9.0]])], [])
    assert found.shared_rows == 0
    assert found.duplicate_rows == 1


def test_rows_that_differ_in_uppermost_bits_alone(monkeypatch):
    """Sparse rows of 0 and 1 whose first marks are equal are told apart by the second."""
    from nbdiag.capture.data import split

    first = split.row_marks
    monkeypatch.setattr(
        split, "row_marks", lambda *rows, folded=True: first(*rows, folded=True) * folded
    )
    training = np.eye(40, dtype="uint8")[[*range(40), 3, 5, 5]]
    validation = np.eye(41, dtype="uint8")[[0, 7, 40], :40]
    found = split.describe_split([training], [validation], [])
    assert found.duplicate_rows == 3
    assert found.shared_rows == 2


def test_marks_spread():
    rows = np.arange(100_000, dtype="float32")[:, None]
    assert len(np.unique(row_marks([rows]))) == 100_000


def test_different_types_are_said_so():
    split = describe_split([np.zeros((2, 3))], [np.zeros((2, 3), "float32")], [])
    assert "types" in split.shared_rows.reason
    assert split.duplicate_rows == 1


def test_text_is_not_compared():
    rows = np.array(["a", "b"], dtype=object)
    assert isinstance(describe_split([rows], [rows], []).shared_rows, Missing)


def test_order():
    labels = np.repeat([0, 1, 2, 3], 250)
    shuffled = np.random.default_rng(0).permutation(labels)
    assert order_of(labels) == pytest.approx(0.75, abs=0.01)
    assert order_of(np.eye(4)[labels]) == order_of(labels)
    assert order_of(labels[:, None]) == order_of(labels)
    assert abs(order_of(shuffled)) < 0.05


@pytest.mark.parametrize(
    "labels", [np.random.default_rng(0).normal(size=50), np.zeros(50), np.ones((9, 4, 4))]
)
def test_order_of_no_classes(labels):
    assert isinstance(order_of(labels), Missing)
