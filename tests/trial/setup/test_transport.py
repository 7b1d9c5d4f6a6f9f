"""A training sent to another process comes out as the same training, or is refused in a sentence."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from nbdiag.schema.changes import SetLayerArgument, SetOptimizerArgument
from nbdiag.schema.finding import Fix
from nbdiag.trial.setup.training import Setup
from nbdiag.trial.worker import Worker
from tests.trial.conftest import model_state, session_state

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    started.close()


def asked(worker: Worker, function: Any, *arguments: Any) -> Any:
    from nbdiag.trial.setup.transport import sent

    return worker.run(function, *arguments, pickled=sent).result()


def described(setup: Setup) -> Any:
    """What a rebuild reads of a setup, with the fresh weights of one seed."""
    import keras

    from nbdiag.trial.setup.rebuild import rebuild

    fresh = rebuild(setup, seed=3).model
    model = setup.model
    return (
        type(model).__name__,
        [
            (type(item).__name__, item.name, item.trainable)
            for item in model._flatten_layers()
            if not isinstance(item, keras.layers.InputLayer)  # it is named after its tensor
        ],
        [(_path(item), item.trainable, np.asarray(item).tobytes()) for item in fresh.variables],
        type(model.optimizer).__name__,
        {name: value for name, value in model.optimizer.get_config().items() if name != "name"},
        str(model.loss if isinstance(model.loss, str | dict) else type(model.loss)),
        [type(item).__name__ for item in setup.fit_arguments.get("callbacks") or ()],
        keras.config.floatx(),
    )


def _path(variable: Any) -> str:
    """Return the path of a variable without the number of a seed, counted in each process."""
    return re.sub(r"seed_generator(_\d+)?", "seed_generator", variable.path)


def same_in_the_worker(worker: Worker, setup: Setup) -> None:
    before = model_state(setup), session_state()
    assert asked(worker, described, setup) == described(setup)
    assert (model_state(setup), session_state()) == before


def test_a_sequential_with_a_lambda_and_its_global(worker: Worker, sequential: Setup) -> None:
    same_in_the_worker(worker, sequential)


def test_a_graph_with_a_nested_model_and_two_outputs(worker: Worker, branched: Setup) -> None:
    same_in_the_worker(worker, branched)


def of_layers(*layers: Any, rows: Any, **compiled: Any) -> Setup:
    import keras

    model = keras.Sequential([keras.Input((8,)), *layers])
    model.compile(**{"optimizer": "adam", "loss": "binary_crossentropy", **compiled})
    return Setup(model, {"x": rows[0], "y": rows[1], "epochs": 3, "verbose": 0})


def test_frozen_and_adapted_layers_keep_their_weights(worker: Worker, rows: Any) -> None:
    import keras

    adapted = keras.layers.Normalization(name="scale")
    adapted.adapt(rows[0])
    frozen = keras.layers.Dense(4, name="frozen", trainable=False)
    setup = of_layers(
        adapted,
        frozen,
        keras.layers.BatchNormalization(),
        keras.layers.Dense(1, "sigmoid"),
        rows=rows,
    )
    frozen.set_weights([np.full((8, 4), 0.5), np.ones(4)])
    same_in_the_worker(worker, setup)


def test_classes_and_functions_of_the_notebook(worker: Worker, rows: Any) -> None:
    import keras

    factor = 3.0

    class Twice(keras.layers.Layer):
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = [inner]

        def call(self, inputs: Any) -> Any:
            return self.inner[0](inputs) * factor

    def loss(truth: Any, output: Any) -> Any:
        return keras.ops.mean(factor * (truth - output[:, 0]) ** 2)

    class Schedule(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            return 0.1 / factor

        def get_config(self) -> dict[str, Any]:
            return {}

    class Stops(keras.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.opened = open(__file__, encoding="utf-8")  # noqa: SIM115, PTH123 - cannot be sent

    setup = of_layers(
        Twice(keras.layers.Dense(3, name="inner")),
        keras.layers.Dense(1, kernel_initializer=lambda shape, dtype=None: keras.ops.ones(shape)),
        rows=rows,
        optimizer=keras.optimizers.SGD(Schedule()),
        loss=loss,
    )
    stops = Stops()
    steers = keras.callbacks.EarlyStopping(patience=1)
    setup.fit_arguments["callbacks"] = [stops, steers]  # type: ignore[index]
    try:
        assert asked(worker, proved, setup) == proved(setup)
    finally:
        stops.opened.close()


def proved(setup: Setup) -> Any:
    """Prove one change; what is compared are the verdict and all numbers."""
    from nbdiag.trial.proof import prove

    fix = Fix("slower", "safe", (SetOptimizerArgument("momentum", 0.5),))
    (proof,) = prove(setup, [fix], seeds=range(2), steps=4)
    return proof.verdict, without_seconds(proof.summary)


def without_seconds(text: str) -> str:
    """Leave out how long it would take, which is the machine's."""
    return re.sub(r"\d+ s of CPU", "", text)


def test_a_subclassed_model_with_its_train_step(worker: Worker, rows: Any) -> None:
    import keras

    class Net(keras.Model):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.hidden = keras.layers.Dense(width, "relu", name="hidden")
            self.head = keras.layers.Dense(1, "sigmoid", name="head")
            self.scale = {"by": 2.0}

        def call(self, inputs: Any) -> Any:
            return self.head(self.hidden(inputs) * self.scale["by"])

        def train_step(self, data: Any) -> Any:
            return super().train_step(data)

    model = Net(5)
    model.compile("sgd", "binary_crossentropy")
    x, y = rows
    model.fit(x, y, verbose=0)
    setup = Setup(model, {"x": x, "y": y, "epochs": 3, "verbose": 0})
    assert asked(worker, proved, setup) == proved(setup)


def test_a_proof_is_the_same_in_both(worker: Worker, sequential: Setup) -> None:
    def verdicts(setup: Setup) -> Any:
        from nbdiag.trial.proof import prove

        fixes = [
            Fix("none", "safe", (SetLayerArgument("first", "units", 6),)),
            Fix("wrong", "safe", (SetLayerArgument("first", "units", -1),)),
        ]
        return [
            (item.verdict, without_seconds(item.summary))
            for item in prove(setup, fixes, range(2), steps=6)
        ]

    assert asked(worker, verdicts, sequential) == verdicts(sequential)


def test_what_cannot_be_sent_is_named(sequential: Setup) -> None:
    from nbdiag.trial.setup.transport import CannotSend, sent

    given = {**sequential.fit_arguments, "x": (item for item in "ab")}
    with pytest.raises(CannotSend, match="generator"):
        sent(Setup(sequential.model, given))


def test_data_that_are_too_many_stay(sequential: Setup, monkeypatch: Any) -> None:
    from nbdiag.trial.setup import transport

    monkeypatch.setattr(transport, "_MOST", 1000)
    with pytest.raises(transport.CannotSend, match="its data take"):
        transport.sent(sequential)
    monkeypatch.setattr(transport, "_MOST", 100_000)
    assert transport.sent(sequential)
