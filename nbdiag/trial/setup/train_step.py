"""The step that a copy of a training takes on samples that it is given."""

from collections.abc import Callable, Iterator
from typing import Any

import keras

# Inputs, labels and sample weights.
_WITH_WEIGHTS = 3


def use_own_step(model: Any) -> None:
    """Let ``train_on_batch`` of a compiled copy take the step that ``fit`` would.

    ``Model.train_on_batch`` differs from ``fit`` on TensorFlow. Up to Keras 3.6 it
    traces a graph at every call, which takes 50 times as long as the step. And it always hands
    ``train_step`` a triple, while ``fit`` hands it a pair where there are no sample weights, as a
    custom step that says ``x, y = data`` expects. Nor can it
    take several steps per execution.

    Parameters
    ----------
    model
        Changed in place. A model with its own ``make_train_function``, and one on another
        backend, is left as it is.
    """
    made_by = type(model).make_train_function
    if keras.backend.backend() != "tensorflow" or made_by is not keras.Model.make_train_function:
        return
    model.train_function = _train_function(model)


def _train_function(model: Any) -> Callable[[Iterator[Any]], Any]:
    """Return what ``make_train_function`` would, for an iterator of Python."""
    step = model.train_step
    if not model.run_eagerly:
        import tensorflow as tf

        step = tf.function(step, reduce_retracing=True, jit_compile=model.jit_compile)

    def train(iterator: Iterator[Any]) -> Any:
        data = next(iterator)
        unweighted = len(data) == _WITH_WEIGHTS and data[-1] is None
        return step(data[:-1] if unweighted else data)

    return train
