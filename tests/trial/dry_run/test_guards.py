"""Each guard of a dry run by itself."""

import contextlib
import os
import random
import socket
import subprocess
import tempfile
import threading
import time
from collections import OrderedDict, defaultdict, deque
from pathlib import Path

import numpy as np
import pytest

from nbdiag.language import Reason
from nbdiag.trial.dry_run import object_state
from nbdiag.trial.dry_run.file_guard import Acts, file_guard
from nbdiag.trial.dry_run.object_state import ObjectState
from nbdiag.trial.dry_run.samples import MOST, chosen, leaves_of, rows_of, taken
from nbdiag.trial.dry_run.time_limit import TimeIsUp, time_limit


def test_a_block_ends_after_its_time_whatever_it_catches():
    begun = time.monotonic()

    def go_on():
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))

    with pytest.raises(TimeIsUp), time_limit(0.2):
        go_on()
    assert time.monotonic() - begun < 20


def test_a_block_that_is_quick_is_left_alone():
    with time_limit(30):
        total = sum(range(1000))
    time.sleep(0.2)
    assert total == 499500


ACTS = {
    "a file": lambda folder: open(folder / "a", "w"),  # noqa: PTH123, SIM115
    "a file in bytes": lambda folder: os.open(folder / "a", os.O_WRONLY | os.O_CREAT),
    "a folder": lambda folder: (folder / "b").mkdir(),
    "a name": lambda folder: (folder / "known").rename(folder / "c"),
    "less": lambda folder: (folder / "known").unlink(),
    "a program": lambda _: subprocess.run(["true"], check=False),
    "a connection": lambda _: socket.create_connection(("127.0.0.1", 9)),
    "a place": os.chdir,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_acts_outside_is_refused_before_it_happens(act, tmp_path):
    (tmp_path / "known").write_text("x")
    own = tempfile.mkdtemp()
    with pytest.raises(Acts), file_guard(own) as guard:
        act(tmp_path)
    assert guard.act
    assert [path.name for path in tmp_path.iterdir()] == ["known"]


def test_reading_and_a_folder_of_our_own_are_allowed(tmp_path):
    (tmp_path / "known").write_text("x")
    own = tempfile.mkdtemp()
    with file_guard(own) as guard:
        assert (tmp_path / "known").read_text() == "x"
        (Path(own) / "a").write_text("y")
        with tempfile.TemporaryFile() as file:
            file.write(b"z")
    assert guard.act is None


def test_an_act_is_known_even_where_the_cell_went_on(tmp_path):
    with file_guard(tempfile.mkdtemp()) as guard, contextlib.suppress(BaseException):
        (tmp_path / "a").write_text("x")
    assert guard.act


def test_other_threads_write_meanwhile(tmp_path):
    thread = threading.Thread(target=(tmp_path / "a").write_text, args=("x",))
    with file_guard(tempfile.mkdtemp()):
        thread.start()
        thread.join()
    assert (tmp_path / "a").read_text() == "x"


def test_after_a_guard_everything_is_allowed(tmp_path):
    with file_guard(tempfile.mkdtemp()):
        pass
    (tmp_path / "a").write_text("x")


class Counter:
    total = 0

    def __init__(self):
        self.seen = [1]
        self.array = np.zeros(3)


def remember(x, known=[]):  # noqa: B006 - as users write it
    known.append(x)
    return known


def closed():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step


CHANGES = {
    "list": ([1, [2]], lambda v: (v.append(3), v[1].append(4))),
    "dict": ({"a": {"b": 1}}, lambda v: (v["a"].update(c=2), v.pop("a"))),
    "ordered": (OrderedDict(a=1, b=2), lambda v: (v.move_to_end("a"), v.update(c=3))),
    "default": (defaultdict(list), lambda v: v["x"].append(1)),
    "set": ({1, 2}, lambda v: v.add(3)),
    "deque": (deque([1], maxlen=2), lambda v: v.extend([2, 3])),
    "array": (np.arange(6.0), lambda v: v.__setitem__(slice(0, 3), 9)),
    "array in a tuple": ((np.arange(6.0),), lambda v: v[0].fill(1)),
    "shape": (np.arange(6.0), lambda v: setattr(v, "shape", (2, 3))),
}


@pytest.mark.parametrize(("value", "change"), CHANGES.values(), ids=CHANGES)
def test_an_object_is_put_back_in_place_as_often_as_it_is_changed(value, change):
    before, identity = repr(value), id(value)
    state = ObjectState([value])
    for _ in range(2):
        change(value)
        assert repr(value) != before
        state.restore()
        assert repr(value) == before
        assert id(value) == identity


def test_objects_of_users_classes_functions_and_closures_are_put_back():
    counter, step = Counter(), closed()
    state = ObjectState([counter, Counter, remember, step])
    counter.seen.append(2)
    counter.other, counter.array[0], Counter.total = 1, 7, 9
    remember(3)
    step()
    state.restore()
    assert vars(counter).keys() == {"seen", "array"}
    assert (counter.seen, counter.array[0], Counter.total) == ([1], 0, 0)
    assert remember(1) == [1]
    assert step() == 1


def test_streams_of_random_numbers_are_put_back():
    streams = [np.random.default_rng(0), np.random.RandomState(0), random.Random(0)]
    state = ObjectState(streams)
    first = [stream.random() for stream in streams]
    state.restore()
    assert [stream.random() for stream in streams] == first


def test_tables_are_put_back():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    before = table.copy()
    state = ObjectState([table])
    for _ in range(2):
        table["c"] = 3
        table.loc[0, "a"] = 9
        table.drop(columns="b", inplace=True)
        table.index = [5, 6]
        state.restore()
        pandas.testing.assert_frame_equal(table, before)


def test_what_is_too_much_to_be_put_back_is_refused(monkeypatch):
    monkeypatch.setattr(object_state, "MOST_BYTES", 100)
    ObjectState([np.zeros(12)])
    with pytest.raises(Reason):
        ObjectState([np.zeros(13)])
    monkeypatch.setattr(object_state, "MOST_OBJECTS", 3)
    ObjectState([[[], []]])
    with pytest.raises(Reason):
        ObjectState([[[], [], []]])


def test_samples_hold_extremes_and_each_class():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(500, 4)), rng.integers(0, 3, 500)
    x[301, 2], x[302, 1], y[400], y[401] = 99, -99, 11, -1
    places = chosen([x], [y], 0, 500)
    assert {301, 302, 400, 401} <= set(places.tolist())
    assert set(y[places]) == set(y)
    assert MOST <= len(places) <= 16
    assert chosen([x], [y], 0, 300).max() < 300


def test_samples_hold_what_has_no_value_and_the_longest():
    x = np.ones((100, 3))
    x[70, 1] = np.nan
    assert 70 in chosen([x], [], 0, 100)
    ragged = np.empty(100, dtype=object)
    ragged[:] = [[1, 2]] * 100
    ragged[40], ragged[50] = [1], [1, 2, 3]
    assert {40, 50} <= set(chosen([ragged], [], 0, 100).tolist())


def test_nested_data_are_cut_alike_and_keep_their_form():
    data = {"a": np.arange(20), "b": [np.arange(40).reshape(20, 2)]}
    assert rows_of(leaves_of(data)) == 20
    cut = taken(data, np.array([3, 5]))
    assert cut["a"].tolist() == [3, 5]
    assert cut["b"][0].tolist() == [[6, 7], [10, 11]]


def test_what_is_no_array_is_not_cut():
    assert leaves_of([[1, 2], [3, 4]]) is None
    assert leaves_of("abc") is None
    assert rows_of(leaves_of([np.zeros(3), np.zeros(4)])) is None
