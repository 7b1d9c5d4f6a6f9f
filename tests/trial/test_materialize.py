"""Rows taken from data sets that stay where they are."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbdiag.edits.live.edits import CannotRebuild
from nbdiag.schema.changes import EncodeLabels, SetLayerArgument
from nbdiag.schema.finding import Fix
from nbdiag.trial.setup.training import Setup
from tests.trial.conftest import session_state

pytestmark = pytest.mark.training

X = np.arange(80.0).reshape(40, 2).astype("float32")
Y = np.arange(40) % 2


def slices() -> Any:
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((X, Y))


def shuffled() -> Any:
    return slices().map(lambda x, y: (x / 2, y)).shuffle(40, seed=3).batch(8).prefetch(1)


def arrays(data: Any, **others: Any) -> dict[str, Any]:
    from nbdiag.trial.materialize import in_arrays

    return dict(in_arrays(Setup(None, {"x": data, **others})).fit_arguments)


def test_arrays_stay_the_arrays_they_are() -> None:
    assert arrays(X, y=Y)["x"] is X


@pytest.mark.parametrize(
    ("make", "scale"),
    [
        (lambda: slices().batch(8), 1),
        (lambda: slices().cache().batch(8).prefetch(1), 1),
        (shuffled, 2),
        (lambda: slices().batch(8).shuffle(5), 1),
        (lambda: slices().shuffle(40).repeat().batch(8), 1),
    ],
    ids=["batched", "cached", "shuffled", "batches shuffled", "endless"],
)
def test_rows_come_in_their_own_order(make: Callable[[], Any], scale: int) -> None:
    given = arrays(make(), steps_per_epoch=5)
    assert given["batch_size"] == 8
    assert given["steps_per_epoch"] is None
    assert np.array_equal(given["x"][:40] * scale, X)
    assert np.array_equal(given["y"][:40], Y)


def test_the_next_pass_over_a_shuffled_data_set_is_what_it_would_have_been() -> None:
    import keras

    orders = []
    for looked_at in (False, True):
        keras.utils.set_random_seed(1)
        data = shuffled()
        first = [y.numpy().tolist() for _, y in data]
        if looked_at:
            arrays(data)
        orders.append((first, [x.numpy().tolist() for x, _ in data]))
    assert orders[0] == orders[1]


def test_a_py_dataset_is_read_by_its_places() -> None:
    import keras

    class Rows(keras.utils.PyDataset):
        def __len__(self) -> int:
            return 5

        def __getitem__(self, place: int) -> Any:
            part = slice(8 * place, 8 * place + 8)
            return X[part], Y[part]

    given = arrays(Rows(), validation_data=Rows())
    assert np.array_equal(given["x"], X)
    assert given["batch_size"] == 8
    assert np.array_equal(given["validation_data"][1], Y)


def generated() -> Any:
    import tensorflow as tf

    signature = (tf.TensorSpec((2,)), tf.TensorSpec((), dtype=tf.int64))
    made = tf.data.Dataset.from_generator(
        lambda: zip(X, Y, strict=True), output_signature=signature
    )
    return made.batch(8)


def noisy() -> Any:
    import tensorflow as tf

    return slices().map(lambda x, y: (x + tf.random.uniform(()), y)).batch(8)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (generated, "with FlatMap in it would move it"),
        (noisy, "map has RandomUniform in it"),
        (lambda: shuffled().map(lambda x, y: (x, y)), "goes on with Map after it is shuffled"),
        (lambda: slices().shuffle(4).shuffle(4).batch(8), "with Shuffle in it"),
        (lambda: slices().map(lambda x, _: x).batch(8), "gives no labels"),
        (lambda: slices().map(lambda x, y: (x, y, y)).batch(8), "gives weights"),
        (lambda: iter([(X, Y)]), "cannot be read twice"),
    ],
)
def test_what_would_move_is_left_alone(make: Callable[[], Any], reason: str) -> None:
    data = make()
    with pytest.raises(CannotRebuild, match=reason):
        arrays(data)
    assert arrays(X, y=Y, validation_data=data)["validation_data"] is None


def test_a_fix_is_tried_on_a_shuffled_data_set() -> None:
    import keras
    import tensorflow as tf

    from nbdiag.trial.proof import prove

    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 8)).astype("float32")
    y = (x[:, 0] > 0).astype("int32")
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(600, seed=1).batch(32)
    model = keras.Sequential(
        [
            keras.Input((8,)),
            keras.layers.Dense(
                1, name="head", kernel_initializer="zeros", bias_initializer="zeros"
            ),
        ]
    )
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy")
    list(data)
    before = session_state()
    sigmoid, labels = prove(
        Setup(model, {"x": data}),
        [
            Fix("sigmoid", "safe", (SetLayerArgument("head", "activation", "sigmoid"),)),
            Fix("labels", "safe", (EncodeLabels("one_hot", 2),)),
        ],
    )
    assert session_state() == before
    assert (sigmoid.verdict, labels.verdict) == ("better", "failed")
    assert "120 held-out samples" in sigmoid.summary
