"""Everything that a training can leave behind, as one comparable value."""

import gc
import hashlib
import random

import numpy as np


def fresh():
    """Begin as a fresh process would: no names taken, all seeds fixed."""
    import keras

    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(7)


def left_behind(model, history):
    """Digest weights, optimizer slots, curves, random streams, names and the next model."""
    import keras
    import tensorflow as tf
    from keras.src.backend.common import global_state
    from tensorflow.python.eager import context

    seeds = global_state.get_global_attribute("global_seed_generator")
    state = {
        "weights": digest(model.variables),
        "names": [variable.path for variable in model.variables],
        "optimizer": digest(model.optimizer.variables),
        "history": {name: list(curve) for name, curve in history.history.items()},
        "epochs": list(history.epoch),
        "python": random.getstate(),
        "numpy": digest([np.random.get_state()[1]]),  # noqa: NPY002
        "eager": context.context()._rng.getstate(),
        "keras": None if seeds is None else np.array(seeds.state).tolist(),
        "counters": dict(global_state.get_global_attribute("object_name_uids") or {}),
        "strategy": type(tf.distribute.get_strategy()).__name__,
    }
    following = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(5), keras.layers.Dropout(0.1)]
    )
    state["next model"] = digest(following.variables)
    state["next names"] = [layer.name for layer in following.layers]
    state["next draws"] = [
        random.random(),
        float(np.random.random()),  # noqa: NPY002
        float(tf.random.uniform(())),
        float(keras.random.uniform(())),
    ]
    return state


def digest(variables):
    found = hashlib.sha256()
    for variable in variables:
        found.update(np.ascontiguousarray(np.array(variable)).tobytes())
    return found.hexdigest()


def collected(reference):
    """Whether nothing keeps an object any more."""
    gc.collect()
    return reference() is None
