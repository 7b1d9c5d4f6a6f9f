"""A training spread over two devices, in a process of its own: devices are fixed at the start."""

import subprocess
import sys

import pytest

CODE = """
import os
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
from tests.capture import state, trainings

def train(kind):
    state.fresh()
    x, y = trainings.table()
    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
        model = keras.Sequential([
            keras.Input((6,)), keras.layers.Dense(4, activation="relu"),
            keras.layers.BatchNormalization(), keras.layers.Dropout(0.2),
            keras.layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    if kind == "arrays":
        return state.left_behind(model, model.fit(x, y, epochs=2, verbose=0))
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
    return state.left_behind(model, model.fit(data, epochs=2, verbose=0, shuffle=False))

for kind in ("arrays", "pipeline"):
    bare = train(kind)
    again = train(kind)
    with watch(Cell(1, "")) as seen:
        watched = train(kind)
    assert bare == again, "the training is not the same twice by itself"
    assert watched == bare, [name for name in bare if watched[name] != bare[name]]
    run = seen.runs[0]
    assert run.history.completed == 2
    assert run.probes[0].loss > 0.5, run.probes
    # Under a strategy Keras begins a pipeline twice: once to build the model.
    assert run.data.inputs[0].sampled >= 192
"""


@pytest.mark.training
def test_two_devices():
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
