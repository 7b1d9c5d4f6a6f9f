"""Trainings on the backend of this process, bare and watched; run by test_backends.py."""

import json

import keras
import numpy as np

from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from tests.capture import state, trainings


def noise():
    """A subclassed model that draws random numbers in training."""

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = keras.layers.Dense(8, activation="relu")
            self.noise = keras.layers.GaussianNoise(0.1)
            self.head = keras.layers.Dense(1, activation="sigmoid")

        def call(self, x, training=False):
            return self.head(self.noise(self.hidden(x), training=training))

    x, y = trainings.table()
    model = Net()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model, model.fit(x, y[:, None], epochs=2, verbose=0)


def check(training, probes):
    """Compare what a training leaves behind, and give the run."""
    seen = []
    left = []
    for watching in (False, True):
        state.fresh()
        if watching:
            with watch(Cell(1, ""), probes=probes) as watched:
                left.append(state.left_behind(*training()))
            seen.extend(watched.runs)
        else:
            left.append(state.left_behind(*training()))
    different = [name for name, value in left[0].items() if left[1][name] != value]
    assert not different, (training.__name__, different)
    assert len(seen) == 1
    assert TrainingRun.from_dict(seen[0].to_dict()) == seen[0]
    return seen[0]


def gradient(model, x, y):
    """Work out the gradient of the first variable by differences."""
    kernel = model.trainable_variables[0]
    start, found = kernel.numpy().copy(), []
    loss = keras.losses.BinaryCrossentropy()
    for place in np.ndindex(*start.shape):
        sides = []
        for step in (0.01, -0.01):
            moved = start.copy()
            moved[place] += step
            kernel.assign(moved)
            sides.append(float(loss(y, model(x))))
        found.append((sides[0] - sides[1]) / 0.02)
    kernel.assign(start)
    return float(np.linalg.norm(found))


def check_oracle():
    """The probe's loss and gradient are those of the model."""
    state.fresh()
    x, y = trainings.table()
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")
    loss = float(keras.losses.BinaryCrossentropy()(y[:, None], model(x)))
    norm = gradient(model, x, y[:, None])
    with watch(Cell(1, "")) as seen:
        model.fit(x, y[:, None], verbose=0)
    start = seen.runs[0].probes[0]
    assert abs(start.loss - loss) < 1e-4, (start.loss, loss)
    assert abs(start.variables[0].gradient_norm - norm) < 0.01 * norm
    end = seen.runs[0].probes[-1]
    assert end.loss < start.loss
    assert end.variables[0].update_ratio > 0


KINDS = [
    trainings.mlp,
    trainings.cnn,
    noise,
    trainings.two_outputs,
    trainings.tf_data,
    trainings.generator,
    trainings.weighted,
]


def main():
    """Check every training; print what was seen of each."""
    told = {}
    for number, training in enumerate(KINDS):
        run = check(training, "full" if number % 2 else "light")
        assert run.history.completed >= 1
        assert run.data.inputs, training.__name__
        assert not isinstance(run.compile, Missing)
        assert run.environment.backend == keras.backend.backend()
        probes = run.probes
        told[training.__name__] = (
            probes.reason
            if isinstance(probes, Missing)
            else [
                str(value)
                for value in (probes[0].loss, probes[0].variables[0].gradient_norm)
                if isinstance(value, Missing)
            ]
        )
    check_oracle()
    if keras.backend.backend() == "torch":
        check_module()
    else:
        check_printing()
    print(json.dumps(told))


def check_module():
    """A module of PyTorch inside has a state that Keras cannot hold still."""
    import torch

    def training():
        x, y = trainings.table()
        model = keras.Sequential(
            [
                keras.Input((6,)),
                keras.layers.TorchModuleWrapper(torch.nn.BatchNorm1d(6)),
                keras.layers.Dense(1, activation="sigmoid"),
            ]
        )
        model.compile("sgd", "binary_crossentropy")
        return model, model.fit(x, y[:, None], epochs=1, verbose=0)

    run = check(training, "light")
    assert "BatchNorm1d" in run.probes[0].loss.reason


def check_printing():
    """A model that prints when it is called is not called."""
    import jax

    class Loud(keras.layers.Layer):
        def call(self, x):
            jax.debug.callback(lambda value: None, x[0, 0])
            return x

    def training():
        x, y = trainings.table()
        model = keras.Sequential([keras.Input((6,)), Loud(), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        return model, model.fit(x, y[:, None], epochs=1, verbose=0)

    run = check(training, "light")
    assert "calls Python" in run.probes[0].loss.reason, run.probes


if __name__ == "__main__":
    main()
