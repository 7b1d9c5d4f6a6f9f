"""Trainings without fit, followed by nbdiag.record."""

import weakref

import numpy as np
import pytest

import nbdiag
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from tests.capture import state, trainings

pytestmark = pytest.mark.training


def network(last="sigmoid", compiled=True):
    import keras

    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(1, activation=last),
        ]
    )
    if compiled:
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def batches(epochs=4):
    x, y = trainings.table()
    for _ in range(epochs):
        for start in range(0, len(x), 32):
            yield x[start : start + 32], y[start : start + 32, None]


def on_batch(last="sigmoid", **options):
    model = network(last)
    return model, [model.train_on_batch(x, y, **options) for x, y in batches()]


def test_a_loop_of_train_on_batch():
    import keras

    state.fresh()
    bare, before = on_batch()
    drawn = float(keras.random.uniform(()))
    state.fresh()
    with nbdiag.record() as rec:
        model, after = on_batch()
    assert drawn == float(keras.random.uniform(()))
    assert "train_on_batch" not in vars(keras.Model)
    assert state.digest(model.variables) == state.digest(bare.variables)
    assert state.digest(model.optimizer.variables) == state.digest(bare.optimizer.variables)
    assert before == after

    run = rec.report.run
    assert TrainingRun.from_dict(run.to_dict()) == run
    assert (run.fit.loop, run.fit.steps, run.history.completed) == ("train_on_batch", 24, 0)
    assert run.history.step_losses.losses == pytest.approx([float(item[0]) for item in after])
    assert (run.data.inputs[0].rows, run.data.inputs[0].sampled) == (None, 768)
    assert run.data.labels[0].shares == pytest.approx({0: 0.5, 1: 0.5}, abs=0.1)
    assert [probe.moment for probe in run.probes] == ["start", "end"]
    assert run.probes[1].loss < run.probes[0].loss
    # The program is healthy: nothing is found but advice.
    assert [item.code for item in rec.report.findings if item.severity != "info"] == []
    assert "24 steps" in str(rec.report)


@pytest.mark.filterwarnings("ignore")  # Keras says it too, once it is traced
def test_a_fault_in_a_loop_is_found():
    with nbdiag.record() as rec:
        on_batch("softmax", return_dict=True)
    assert rec.report.principal.code == "NBD103"
    assert len(rec.report.run.history.step_losses.steps) == 24


def test_two_models_and_a_fit_in_one_block():
    x, y = trainings.table()
    with nbdiag.record(probes="off") as rec:
        first, second = network(), network()
        for left, right in batches(1):
            first.train_on_batch(left, right)
            second.train_on_batch(left, right, class_weight={0: 1.0, 1: 2.0})
        first.fit(x, y, verbose=0)
    assert [report.run.fit.loop for report in rec.reports] == ["train_on_batch"] * 2 + [""]
    assert [report.run.fit.steps for report in rec.reports] == [6, 6, 6]


def test_a_batch_that_fails():
    import tensorflow as tf

    def loop():
        model = network()
        for width in (6, 5):
            model.train_on_batch(np.ones((4, width)), np.ones((4, 1)))

    # Keras 3.5 notices while it traces the step, newer ones while it runs.
    noticed = (tf.errors.InvalidArgumentError, ValueError)
    with pytest.raises(noticed) as raised, nbdiag.record() as rec:
        loop()
    assert rec.report.run.error.message == str(raised.value)
    assert rec.report.run.fit.steps == 1


def test_an_interrupted_loop():
    def loop():
        on_batch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), nbdiag.record() as rec:
        loop()
    assert rec.report.run.interrupted


def tape_loop(rec=None, compiled=False):
    import keras
    import tensorflow as tf

    model, optimizer = network(compiled=False), keras.optimizers.Adam(0.01)
    if compiled:
        model.compile(optimizer, "binary_crossentropy")

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            found = model(x, training=True)
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(y, found))
        slopes = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(slopes, model.trainable_variables)
        return loss

    for x, y in batches():
        loss = step(x, y)
        if rec is not None:
            rec.step(model, x, y, loss=loss)
    return model


@pytest.mark.parametrize("compiled", [False, True])
def test_a_loop_with_a_tape(compiled):
    state.fresh()
    bare = tape_loop(compiled=compiled)
    state.fresh()
    with nbdiag.record() as rec:
        model = tape_loop(rec, compiled)
    assert state.digest(model.variables) == state.digest(bare.variables)
    run = rec.report.run
    assert (run.fit.loop, run.fit.steps) == ("step", 24)
    assert len(run.history.step_losses.losses) == 24
    assert run.probes[-1].outputs[0].in_unit == 1
    assert isinstance(run.compile, Missing) != compiled
    assert isinstance(run.probes[0].loss, Missing) != compiled
    assert ("model.compile(optimizer, loss)" in str(rec.report)) != compiled
    assert [item.code for item in rec.report.findings if item.severity != "info"] == []


def test_a_step_that_cannot_be_seen_says_why():
    import tensorflow as tf

    with nbdiag.record() as rec:
        step = tf.function(lambda x: rec.step(network(), x))
        with pytest.raises(ValueError, match=r"outside of the tf\.function"):
            step(tf.ones((2, 6)))
    with pytest.raises(ValueError, match="inside the block"):
        rec.step(network(), np.ones((2, 6)))


def test_nothing_is_kept():
    with nbdiag.record() as rec:
        model, _ = on_batch()
    held = weakref.ref(model)
    del model
    assert state.collected(held)
    assert rec.report is not None
