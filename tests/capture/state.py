"""Everything that a training can leave behind, as one comparable value."""

import gc
import hashlib
import logging
import os
import random
import signal
import sys
import threading
import warnings

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

    torch = sys.modules.get("torch")

    seeds = global_state.get_global_attribute("global_seed_generator")
    state = {
        "weights": digest(model.variables),
        "names": [variable.path for variable in model.variables],
        "optimizer": digest(model.optimizer.variables),
        "history": {name: list(curve) for name, curve in history.history.items()},
        "epochs": list(history.epoch),
        "python": random.getstate(),
        "numpy": digest([np.random.get_state()[1]]),  # noqa: NPY002
        "torch": None if torch is None else torch.random.get_rng_state().tolist(),
        "eager": context.context()._rng.getstate(),
        "keras": None if seeds is None else seeds.state.numpy().tolist(),
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


def surroundings():
    """Everything around a training that a library could leave changed."""
    import keras
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    import tensorflow as tf

    loggers = {"root": logging.getLogger(), **logging.root.manager.loggerDict}
    return {
        "warning filters": list(warnings.filters),
        "warnings": (warnings.warn, warnings.showwarning, warnings.formatwarning),
        "logging": {
            name: (logger.level, list(logger.handlers), list(logger.filters), logger.disabled)
            for name, logger in loggers.items()
            if isinstance(logger, logging.Logger) and not name.startswith("nbdiag")
        },
        "matplotlib": (mpl.get_backend(), plt.get_fignums(), dict(mpl.rcParams)),
        "tracing": (sys.gettrace(), sys.getprofile()),
        "threads traced": threading.gettrace(),
        "environment": dict(os.environ),
        "imports": (list(sys.path), list(sys.meta_path), list(sys.path_hooks)),
        "signals": signal.getsignal(signal.SIGINT),
        "hooks": (sys.excepthook, sys.displayhook, sys.unraisablehook),
        "streams": (sys.stdout, sys.stderr),
        "collector": (gc.isenabled(), gc.get_threshold()),
        "numpy errors": np.geterr(),
        "eager": (tf.executing_eagerly(), tf.config.functions_run_eagerly()),
        "keras": (
            keras.config.floatx(),
            keras.config.epsilon(),
            keras.config.dtype_policy().name,
            keras.config.is_traceback_filtering_enabled(),
        ),
    }


def classes():
    """Every attribute of the classes of Keras that nbdiag touches while it watches."""
    import keras

    kinds = {*keras.Model.__mro__, keras.callbacks.CallbackList, keras.callbacks.Callback}
    kinds |= {*keras.Sequential.__mro__, *keras.optimizers.Adam.__mro__}
    return {kind: dict(vars(kind)) for kind in kinds if kind.__module__.startswith("keras")}


def digest(variables):
    found = hashlib.sha256()
    for variable in variables:
        value = variable.numpy() if hasattr(variable, "numpy") else variable
        found.update(np.ascontiguousarray(value).tobytes())
    return found.hexdigest()


def collected(reference):
    """Whether nothing keeps an object any more."""
    gc.collect()
    return reference() is None
