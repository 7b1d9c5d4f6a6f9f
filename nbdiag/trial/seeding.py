"""Seeds for work on copies, inside the guard of `nbdiag.capture.state_guard.preserve_state`."""

import random

import keras
import numpy as np


def seed_inside(seed: int) -> None:
    """Seed all streams from which a new model, its data order and its dropout draw.

    Only to be called inside `preserve_state`. ``keras.utils.set_random_seed`` would also empty
    TensorFlow's kernel cache, and with it the counters of seeded random operations of the user's,
    which no guard can restore; TensorFlow's eager stream is therefore seeded in place.
    """
    from keras.src.backend.common import global_state

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - layers of the user's may draw from the global stream
    global_state.set_global_attribute("global_seed_generator", keras.random.SeedGenerator(seed))
    if keras.backend.backend() == "tensorflow":
        from tensorflow.python.eager import context

        stream = getattr(context.context(), "_rng", None)
        if isinstance(stream, random.Random):
            stream.seed(seed)
