"""Streams are seen in passing: not one batch more is read than the training reads."""

import tracemalloc

import numpy as np
import pytest

from nbdiag.capture.data.iterator_proxy import IteratorProxy, tapped
from nbdiag.capture.data.split import order_of_batches
from nbdiag.capture.data.stream import Stream
from nbdiag.capture.fit.arguments import Arguments
from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing
from tests.capture import state, trainings

CELL = Cell(1, "")
IGNORED = "ignore:.shuffle=True. was passed"


def batches(count=3, rows=4):
    for number in range(count):
        yield np.full((rows, 2), number, "float32"), np.full(rows, number)


def test_a_generator_passes_on_what_it_is_given():
    tap = IteratorProxy()
    shown = tapped(batches(), tap)
    assert [int(y[0]) for _, y in shown] == [0, 1, 2]
    x, y, weights = tap.parts()
    assert x.shape == (12, 2)
    assert y.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert weights is None
    assert tap.first_rows() == 4


def test_a_generator_is_left_where_it_stands():
    source = batches()
    shown = tapped(source, IteratorProxy())
    next(shown)
    shown.close()
    assert int(next(source)[1][0]) == 1


def test_a_tap_keeps_copies_and_not_too_many():
    tap = IteratorProxy()
    buffer = np.zeros((1000, 2))
    for number in range(100):
        buffer[:] = number
        tap.see((buffer, buffer))
    assert len(tap.batches) == 5
    assert [int(batch[0][0, 0]) for batch in tap.batches] == [0, 1, 2, 3, 4]


def test_a_tap_that_cannot_read_says_so():
    tap = IteratorProxy()
    tap.see(("text", None))
    assert "no plain arrays" in tap.trouble
    assert tap.parts() == (None, None, None)


def test_dictionaries_and_weights():
    tap = IteratorProxy()
    for _ in range(2):
        tap.see(({"a": np.ones((2, 1)), "b": np.ones((2, 3))}, np.ones(2), np.ones(2)))
    x, y, weights = tap.parts()
    assert {key: item.shape for key, item in x.items()} == {"a": (4, 1), "b": (4, 3)}
    assert y.shape == weights.shape == (4,)


def test_batches_of_different_widths():
    tap = IteratorProxy()
    tap.see((np.ones((2, 5)), np.ones(2)))
    tap.see((np.ones((2, 7)), np.ones(2)))
    x, y, _ = tap.parts()
    assert x.shape == (2, 5)
    assert y.shape == (4,)


def test_other_things_are_not_followed():
    assert isinstance(tapped("text", IteratorProxy()), Missing)


class Lazy:
    """An array that is elsewhere: on another device, in a file."""

    shape, dtype = (4, 2), np.dtype("float32")

    def __init__(self, error):
        self.error = error

    def __array__(self, *_, **__):
        raise self.error


class UnwritableError(Exception):
    def __str__(self):
        raise RuntimeError


ERRORS = [
    RuntimeError("lazy"),
    OSError("file"),
    MemoryError(),
    KeyError("k"),
    NotImplementedError(),
    AttributeError("a"),
    ValueError("v"),
    UnwritableError(),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "form",
    [
        lambda array: (array, np.zeros(4)),
        lambda array: (np.zeros((4, 2)), array),
        lambda array: (np.zeros((4, 2)), np.zeros(4), array),
        lambda array: {"a": array},
        lambda array: [array],
        lambda array: array,
    ],
)
def test_a_copy_that_fails_ends_no_iteration(error, form):
    tap, given = IteratorProxy(), form(Lazy(error))
    assert list(tapped((batch for batch in [given, given]), tap)) == [given, given]
    assert tap.batches == []
    assert "read" in tap.trouble or "no plain arrays" in tap.trouble


class Refuses:
    """An array whose every property fails."""

    def __getattr__(self, name):
        raise OSError(name)


def test_an_array_that_nothing_can_be_asked_of():
    tap, given = IteratorProxy(), (Refuses(), Refuses())
    assert list(tapped((batch for batch in [given]), tap)) == [given]
    assert tap.trouble


ODD = [
    np.zeros(3),
    {"a": {"b": np.zeros(3)}},
    [],
    (),
    ((), ()),
    None,
    "text",
    5,
    (np.float32(3), np.float32(2)),
    (np.array(3.0), np.array(1.0)),
    (np.zeros((0, 3)), np.zeros(0)),
    {1: np.zeros(2), "a": np.zeros(2)},
]


@pytest.mark.parametrize("batch", ODD, ids=repr)
@pytest.mark.parametrize("other", [{"other": np.zeros(2)}, (np.zeros(2), np.zeros(2)), None])
def test_batches_of_other_forms_are_passed_on_and_left_out(batch, other):
    tap, given = IteratorProxy(), [batch, batch, other]
    shown = list(tapped((item for item in given), tap))
    assert all(item is source for item, source in zip(shown, given, strict=True))
    assert len(tap.parts()) == 3
    assert len(tap.batches) <= 3


def test_a_batch_larger_than_the_limit_is_cut_before_it_is_copied():
    rows = np.broadcast_to(np.float32(1), (50_000, 3000))  # 600 MB, had they been written out
    tracemalloc.start()
    try:
        tap = IteratorProxy()
        tap.see(({"a": rows}, rows[:, 0], rows[:, 0]))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    x, y, weights = tap.parts()
    assert peak < 40 * 2**20
    assert tap.full
    assert len(x["a"]) == len(y) == len(weights) == tap.first_rows() == 2**25 // 12_008 + 1


def test_wide_rows_leave_enough_for_a_probe():
    tap = IteratorProxy()
    tap.see((np.broadcast_to(np.uint8(1), (64, 2**23)), np.arange(64)))
    assert [item.shape[0] for item in tap.parts()[:2]] == [16, 16]


class Counted:
    """An array that can be cut, and counts the rows that are read of it."""

    dtype = np.dtype("float32")

    def __init__(self, rows):
        self.shape, self.read = (rows, 2), []

    def __getitem__(self, place):
        part = Counted(len(range(*place.indices(self.shape[0]))))
        part.read = self.read
        return part

    def __array__(self, *_, **__):
        self.read.append(self.shape[0])
        return np.zeros(self.shape, "float32")


def test_what_becomes_an_array_only_by_a_copy_is_cut_before():
    given, tap = Counted(10_000), IteratorProxy()
    tap.see((given, np.zeros(10_000)))
    assert given.read == [4096]
    assert tap.parts()[0].shape == (4096, 2)


def test_what_cannot_be_cut_is_cut_as_an_array():
    class Whole(Counted):
        __getitem__ = None

    given, tap = Whole(10_000), IteratorProxy()
    tap.see((given, np.zeros(10_000)))
    assert tap.parts()[0].shape == (4096, 2)


@pytest.mark.training
def test_a_large_batch_of_a_pipeline_is_passed_on_whole_and_shown_in_part():
    import tensorflow as tf

    x = np.arange(20_000, dtype="float32").reshape(10_000, 2)
    data = tf.data.Dataset.from_tensor_slices(({"a": x}, x[:, 0])).batch(6000)
    tap = IteratorProxy()
    passed = np.concatenate([batch["a"] for batch, _ in tapped(data, tap)])
    assert np.array_equal(passed, x)
    seen, labels, _ = tap.parts()
    assert np.array_equal(seen["a"], x[:4096])
    assert np.array_equal(labels, x[:4096, 0])


@pytest.mark.training
def test_a_pipeline_of_numbers_without_rows_and_of_unknown_shapes():
    import tensorflow as tf

    taps = IteratorProxy(), IteratorProxy()
    numbers = tf.data.Dataset.from_tensors((tf.constant(3.0), tf.ones((5000, 3)))).repeat(2)
    unknown = tf.data.Dataset.from_generator(
        lambda: iter([np.ones((7, 2)), np.ones((5000, 2))]), output_signature=tf.TensorSpec(None)
    )
    for data, tap in zip((numbers, unknown), taps, strict=True):
        assert len(list(tapped(data, tap))) == 2
        assert tap.trouble is None
    assert [item.shape for item in taps[0].batches[0]] == [(), (4096, 3)]
    assert [batch.shape for batch in taps[1].batches] == [(7, 2), (4096, 2)]


def test_a_table_of_pandas_is_cut():
    import pandas as pd

    table = pd.DataFrame({"a": np.arange(5000.0)}, index=np.arange(5000.0) / 7)
    tap = IteratorProxy()
    tap.see((table, table["a"]))
    x, y, _ = tap.parts()
    assert (x.shape, y.shape, y[-1]) == ((4096, 1), (4096,), 4095)


@pytest.mark.training
@pytest.mark.filterwarnings(IGNORED)
def test_a_generator_is_read_as_often_as_without_the_watch():
    import keras

    def read(watching):
        state.fresh()
        count = []

        def endless():
            while True:
                count.append(1)
                yield np.ones((8, 6), "float32"), np.ones(8)

        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("sgd", "mse", run_eagerly=True)
        source = endless()
        if watching:
            with watch(CELL):
                model.fit(source, steps_per_epoch=4, epochs=2, verbose=0)
        else:
            model.fit(source, steps_per_epoch=4, epochs=2, verbose=0)
        return len(count), source.gi_frame is not None

    # Keras reads some batches ahead, in a thread: how many depends on its buffer alone.
    bare, alive = read(False)
    watched, still = read(True)
    assert alive
    assert still
    assert abs(watched - bare) <= 2


@pytest.mark.training
@pytest.mark.filterwarnings(IGNORED, "ignore:Your input ran out of data")
def test_a_pipeline_is_read_once_an_epoch():
    import keras
    import tensorflow as tf

    def read(watching):
        state.fresh()
        count = []

        def rows():
            for row in range(64):
                count.append(row)
                yield np.full(6, row, "float32"), 1.0

        signature = (tf.TensorSpec(6, tf.float32), tf.TensorSpec((), tf.float32))
        data = tf.data.Dataset.from_generator(rows, output_signature=signature).batch(16)
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        if watching:
            with watch(CELL) as seen:
                model.fit(data, epochs=2, verbose=0)
            stats = seen.runs[0].data.inputs[0]
            assert (stats.rows, stats.sampled, stats.maximum) == (None, 64, 63)
            assert seen.runs[0].probes[0].rows == 16
        else:
            model.fit(data, epochs=2, verbose=0)
        return count

    assert read(True) == read(False)


@pytest.mark.training
@pytest.mark.filterwarnings(IGNORED)
def test_the_start_of_a_pipelines_training_is_seen_with_its_initial_values():
    import keras
    import tensorflow as tf

    x, y = trainings.table()

    def train(data, **options):
        state.fresh()
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
        model.compile("sgd", "binary_crossentropy")
        with watch(CELL) as seen:
            model.fit(data, **options, verbose=0)
        return seen.runs[0].probes[0]

    streamed = train(tf.data.Dataset.from_tensor_slices((x, y)).batch(len(x)))
    in_memory = train(x, y=y, batch_size=len(x))
    assert streamed.moment == "start"
    assert streamed.loss == pytest.approx(in_memory.loss, rel=1e-6)
    assert streamed.variables[0].weight_norm == in_memory.variables[0].weight_norm
    assert streamed.variables[0].gradient_norm == pytest.approx(
        in_memory.variables[0].gradient_norm, rel=1e-5
    )


@pytest.mark.training
@pytest.mark.filterwarnings(IGNORED)
def test_validation_in_other_forms():
    import tensorflow as tf
    from keras import Input, Sequential, layers

    x, y = trainings.table()
    model = Sequential([Input((6,)), layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
    with watch(CELL) as seen:
        model.fit(x, y, validation_data=data, verbose=0)
        model.fit(data, validation_data=(x, y), verbose=0)
    first, second = seen.runs
    assert first.data.inputs[0].rows == 192
    assert first.data.validation_inputs[0].sampled == 192
    assert first.data.validation_inputs[0].rows is None
    assert second.data.validation_inputs[0].rows == 192
    assert second.data.inputs[0].sampled == 192


@pytest.mark.training
def test_a_data_set_of_python_keeps_its_settings():
    import keras

    class Batches(keras.utils.PyDataset):
        ended = 0

        def __len__(self):
            return 3

        def __getitem__(self, index):
            return np.ones((4, 6), "float32"), np.full(4, index)

        def on_epoch_end(self):
            self.ended += 1

    data = Batches(workers=2, max_queue_size=3)
    shown = tapped(data, IteratorProxy())
    assert (shown.workers, shown.max_queue_size, shown.num_batches) == (2, 3, 3)
    assert isinstance(
        tapped(Batches(workers=2, use_multiprocessing=True), IteratorProxy()), Missing
    )
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with watch(CELL) as seen:
        model.fit(data, epochs=2, verbose=0)
    assert data.ended >= 2
    assert seen.runs[0].data.labels[0].maximum == 2


def streamed(x, y, size):
    for start in range(0, len(x), size):
        yield x[start : start + size], y[start : start + size]


def both(training, validation):
    """Pass two streams through the taps of a fit, and compare what passed."""
    stream = Stream(Arguments((), {"x": training, "validation_data": validation}))
    for name in ("x", "validation_data"):
        for _ in stream.replaced[name]:
            pass
    return stream


def test_samples_that_pass_on_both_sides_are_counted():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100, 3)), rng.integers(0, 2, 100)
    stream = both(streamed(x[:80], y[:80], 10), streamed(x[70:], y[70:], 10))
    passed = stream.compare({}, {}, 16)
    assert (passed.training_rows, passed.validation_rows) == (80, 30)
    assert (passed.shared_rows, passed.duplicate_rows) == (10, 0)
    assert passed.epoch_share == 0.5
    assert not passed.same_object


def test_a_stream_is_compared_with_arrays():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100, 3)), rng.integers(0, 2, 100)
    stream = both(streamed(x[:80], y[:80], 10), streamed(x[:0], y[:0], 10))
    stream.replaced.pop("validation_data")
    assert stream.compare({}, {"": x[60:]}, 8).shared_rows == 20


@pytest.mark.parametrize(
    ("order", "least", "most"),
    [(np.repeat(np.arange(4), 50), 0.9, 1.0), (np.tile(np.arange(4), 50), -0.1, 0.1)],
)
def test_how_far_batches_are_of_one_class(order, least, most):
    labels = [order[start : start + 25] for start in range(0, 200, 25)]
    assert least <= order_of_batches(labels) <= most
    columns = [np.eye(4)[item] for item in labels]
    assert order_of_batches(columns) == pytest.approx(order_of_batches(labels))


@pytest.mark.parametrize(
    "labels",
    [
        [],
        [np.zeros(10)],
        [np.linspace(0, 1, 10)],
        [np.zeros((4, 2, 2))],
        [np.arange(2)[n : n + 1] for n in (0, 1)] * 9,
    ],
)
def test_batches_that_show_no_order(labels):
    assert isinstance(order_of_batches(labels), Missing)


def test_labels_are_kept_for_longer_than_samples():
    tap = IteratorProxy()
    for number in range(50):
        tap.see((np.zeros((200, 2)), np.full(200, number % 2)))
    assert tap.full
    assert len(tap.labels) == 50
    tap.closed = True
    tap.see((np.zeros((200, 2)), np.zeros(200)))
    assert len(tap.labels) == 50
