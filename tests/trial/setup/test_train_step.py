"""A copy takes the step that ``fit`` would, and traces it once."""

from typing import Any

import numpy as np
import pytest

from nbdiag.trial.setup.training import Setup

pytestmark = pytest.mark.training

X = np.linspace(0, 1, 40, dtype="float32").reshape(20, 2)
Y = X.sum(axis=1, keepdims=True)


def copy_of(model: Any) -> Any:
    from nbdiag.edits.changes import live_edits
    from nbdiag.trial.setup.rebuild import rebuild

    return rebuild(Setup(model, {"x": X, "y": Y}), live_edits(()), 0).model


def counted(**compiled: Any) -> tuple[Any, list[int]]:
    """Return a copy of a model whose step counts how many things it is handed, when traced."""
    import keras

    seen: list[int] = []

    @keras.saving.register_keras_serializable("test_train_step")
    class Counts(keras.Sequential):
        def train_step(self, data: Any) -> Any:
            seen.append(len(data))
            return super().train_step(data)

    model = Counts([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error", **compiled)
    return copy_of(model), seen


def test_the_step_is_traced_once() -> None:
    model, seen = counted()
    for _ in range(5):
        model.train_on_batch(X, Y)
    # With new variables of an optimizer, TensorFlow traces a second time.
    assert len(seen) <= 2
    assert int(model.optimizer.iterations) == 5


def test_a_custom_step_is_handed_what_fit_hands_it() -> None:
    model, seen = counted(run_eagerly=True)
    model.train_on_batch(X, Y)
    model.train_on_batch(X, Y, sample_weight=np.ones(20))
    model.train_on_batch(X, Y, class_weight={0: 1.0, 1: 2.0})
    assert seen == [2, 3, 3]


def test_several_steps_per_execution_do_not_matter() -> None:
    model, _ = counted(steps_per_execution=4)
    model.train_on_batch(X, Y)
    assert int(model.optimizer.iterations) == 1


def test_the_step_is_the_one_of_keras() -> None:
    import keras

    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(3, kernel_initializer="ones"), keras.layers.Dense(1)]
    )
    model.compile("adam", "mean_squared_error", metrics=["mae"])
    copy = copy_of(model)
    copy.set_weights(model.get_weights())
    ours = [copy.train_on_batch(X, Y, return_dict=True) for _ in range(3)]
    theirs = [model.train_on_batch(X, Y, return_dict=True) for _ in range(3)]
    for one, other in zip(ours, theirs, strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert value == pytest.approx(other[name], rel=1e-5)


def test_a_train_function_of_the_users_stays() -> None:
    import keras

    @keras.saving.register_keras_serializable("test_train_step")
    class Own(keras.Sequential):
        def make_train_function(self, force: bool = False) -> Any:
            self.train_function = lambda data: {"loss": 7.0}
            return self.train_function

    model = Own([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    assert copy_of(model).train_on_batch(X, Y, return_dict=True)["loss"] == 7.0
