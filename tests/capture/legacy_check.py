"""Trainings with tf_keras, bare and watched; run by test_legacy.py in a process of its own."""

import random
import sys

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

import nbdiag
from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from tests.capture import trainings

K = tf.keras
L = K.layers


def sequential():
    x, y = trainings.table()
    model = K.Sequential(
        [
            L.Input((6,)),
            L.Dense(8, activation="relu"),
            L.BatchNormalization(),
            L.Dropout(0.2),
            L.Dense(1, activation="sigmoid", name="head"),
        ]
    )
    model.compile(K.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model, model.fit(
        x, y, epochs=2, validation_split=0.25, class_weight={0: 1.0, 1: 2.0}, verbose=0
    )


def two_outputs():
    x, y = trainings.table()
    inputs = K.Input((6,), name="table")
    hidden = L.Dense(8, activation="tanh")(inputs)
    sign = L.Dense(1, activation="sigmoid", name="sign")(hidden)
    size = tf.abs(L.Dense(1, name="raw")(hidden))
    model = K.Model(inputs, {"sign": sign, "size": L.Reshape((1,), name="size")(size)})
    model.compile(
        "sgd",
        {"sign": "binary_crossentropy", "size": K.losses.MeanSquaredError()},
        loss_weights={"sign": 1.0, "size": 0.5},
        metrics={"sign": "acc"},
    )
    return model, model.fit(
        {"table": x},
        {"sign": y, "size": x[:, :1] ** 2},
        epochs=2,
        callbacks=K.callbacks.Callback(),
        verbose=0,
    )


def subclass():
    class Net(K.Model):
        def __init__(self):
            super().__init__()
            self.body = L.Dense(8, activation="relu")
            self.drop = L.Dropout(0.5)
            self.head = L.Dense(1)

        def call(self, x, training=False):
            return self.head(self.drop(self.body(x), training=training))

    x, y = trainings.table()
    data = tf.data.Dataset.from_tensor_slices((x, y[:, None])).shuffle(192).batch(32)
    model = Net()
    model.compile("rmsprop", K.losses.BinaryCrossentropy(from_logits=True), jit_compile=False)
    return model, model.fit(data, epochs=2, verbose=0)


def generator():
    x, y = trainings.table()
    choose = np.random.default_rng(3)

    def batches():
        while True:
            rows = choose.integers(0, len(x), 32)
            yield x[rows], y[rows]

    model = K.Sequential([L.Dense(4, activation="relu"), L.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", run_eagerly=True)
    return model, model.fit(batches(), steps_per_epoch=4, epochs=2, verbose=0)


def left(model, history):
    from tensorflow.python.eager import context

    following = K.Sequential([L.Input((3,)), L.Dense(5)])
    return {
        "weights": [value.numpy().tolist() for value in model.variables],
        "names": [value.name for value in model.variables],
        "optimizer": [value.numpy().tolist() for value in model.optimizer.variables],
        "history": history.history,
        "eager": context.context()._rng.getstate(),
        "next": [value.numpy().tolist() for value in following.variables],
        "next names": [layer.name for layer in following.layers],
        "draws": [random.random(), float(np.random.random()), float(tf.random.uniform(()))],  # noqa: NPY002
    }


def check(training):
    found = []
    for watching in (False, True):
        K.backend.clear_session()
        K.utils.set_random_seed(5)
        if watching:
            with watch(Cell(1, "")) as seen:
                found.append(left(*training()))
        else:
            found.append(left(*training()))
    different = [name for name, value in found[0].items() if found[1][name] != value]
    assert not different, (training.__name__, different)
    run = seen.runs[0]
    assert len(seen.runs) == 1
    assert TrainingRun.from_dict(run.to_dict()) == run
    assert run.environment.keras == tf_keras.__version__
    assert run.history.completed == 2
    assert run.data.inputs[0].shape == (6,)
    assert isinstance(run.probes, Missing)
    assert "tf_keras" in run.probes.reason
    return run


def main():
    fit, batch = tf_keras.Model.fit, tf_keras.Model.train_on_batch
    run = check(sequential)
    assert run.model.kind == "sequential"
    assert [layer.class_name for layer in run.model.layers] == [
        "Dense",
        "BatchNormalization",
        "Dropout",
        "Dense",
    ]
    assert run.model.layers[3].inbound == (run.model.layers[2].name,)
    assert run.model.heads[0].activation == "sigmoid"
    assert run.model.heads[0].weights_layer == "head"
    assert run.compile.losses[0].name == "binary_crossentropy"
    assert run.compile.metrics[0].name == "binary_accuracy"
    assert run.compile.optimizer.name == "adam"
    assert abs(run.compile.optimizer.learning_rate - 0.01) < 1e-6
    assert run.history.learning_rates == (0.01, 0.01) or len(run.history.learning_rates) == 2
    assert run.data.split.validation_rows == 48
    assert run.history.step_losses.steps
    found = nbdiag.diagnose(run).findings
    assert [item.code for item in found if item.severity == "error"] == []

    run = check(two_outputs)
    assert run.model.kind == "functional"
    assert [head.output for head in run.model.heads] == ["sign", "size"]
    assert [loss.name for loss in run.compile.losses] == [
        "binary_crossentropy",
        "mean_squared_error",
    ]
    assert run.compile.losses[1].weight == 0.5
    assert isinstance(run.model.heads[1].activation, Missing)

    run = check(subclass)
    assert run.model.kind == "subclass"
    assert run.compile.losses[0].from_logits
    assert run.data.inputs[0].sampled == 192
    assert check(generator).fit.input_kind == "generator"

    # A fault is found as with Keras 3, and a loop is followed.
    x, y = trainings.table()
    with nbdiag.record() as rec:
        model = K.Sequential([L.Input((6,)), L.Dense(1, activation="softmax")])
        model.compile("adam", "binary_crossentropy")
        model.fit(x, y, epochs=2, verbose=0)
        loss = model.train_on_batch(x, y[:, None])
    assert rec.reports[0].principal.code == "NBD103", rec.reports[0]
    assert rec.reports[1].run.fit.loop == "train_on_batch"
    assert abs(rec.reports[1].run.history.step_losses.losses[0] - float(loss)) < 1e-6
    # A step that is compiled already fails inside TensorFlow, not in Keras' own checks.
    error = tf.errors.InvalidArgumentError
    with pytest.raises(error, match="incompatible") as raised, watch(Cell(1, "")) as seen:
        model.fit(x[:, :2], y, verbose=0)
    assert seen.runs[0].error.message == str(raised.value)
    assert tf_keras.Model.fit is fit
    assert tf_keras.Model.train_on_batch is batch
    assert "keras" not in sys.modules, "Keras 3 was imported beside tf_keras"
    print("seen")


if __name__ == "__main__":
    main()
