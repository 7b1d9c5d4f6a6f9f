"""Leave every random stream and name counter as it was found."""

import logging
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from nbdiag.capture.model.variable_values import value_of
from nbdiag.silence import silent

_NAMES = "object_name_uids"
_SEEDS = "global_seed_generator"
_SEED = "global_random_seed"


@contextmanager
def preserve_state(*, runs_user_code: bool) -> Iterator[None]:
    """Run a block and put back what it took from the random streams and name counters.

    Covers TensorFlow's eager generator and PyTorch's, Keras' global seed generator, and the
    counters of automatic names ("dense_3"), so the user's next model gets the names and the
    initial weights that it would have had.

    Parameters
    ----------
    runs_user_code
        Whether the block runs Python code of the user's (a layer's ``call``), which may draw from
        the global generators of Python and NumPy. Only then are these put back: a thread
        that prepares batches may be drawing from them meanwhile.
    """
    drawn = (random.getstate(), np.random.get_state()) if runs_user_code else None  # noqa: NPY002
    torch = sys.modules.get("torch") if runs_user_code else None
    torch_state = None if torch is None else torch.random.get_rng_state()
    eager = _eager_generator()
    eager_state = eager.getstate() if eager is not None else None
    seed = _tensorflow_seed()
    keras_state = _keras_state()
    try:
        with _quiet_tensorflow(), silent():
            yield
    finally:
        if drawn is not None:
            random.setstate(drawn[0])
            np.random.set_state(drawn[1])  # noqa: NPY002
        if torch is not None:
            torch.random.set_rng_state(torch_state)
        _restore_tensorflow(seed)
        if eager is not None and eager_state is not None:
            eager.setstate(eager_state)
        _restore_keras(keras_state)


def _eager_generator() -> random.Random | None:
    """Find the generator from which TensorFlow draws seeds of eager operations."""
    context = sys.modules.get("tensorflow.python.eager.context")
    generator = getattr(context.context(), "_rng", None) if context else None
    return generator if isinstance(generator, random.Random) else None


def _tensorflow_seed() -> tuple[Any, Any, Any]:
    """Find the seed that was set for all of TensorFlow, and the generator that it made."""
    module = sys.modules.get("tensorflow.python.eager.context")
    if module is None:
        return None, None, None
    context = module.context()
    return context, getattr(context, "_seed", None), getattr(context, "_rng", None)


def _restore_tensorflow(state: tuple[Any, Any, Any]) -> None:
    """Take a seed back that the user's code has set; it has made another generator, too."""
    context, seed, generator = state
    if context is not None and getattr(context, "_rng", None) is not generator:
        context._seed, context._rng = seed, generator  # noqa: SLF001 - there is no way to unset it


def _keras_state() -> tuple[Any, Any, Any, Any]:
    module = sys.modules.get("keras.src.backend.common.global_state")
    if module is None:
        return None, None, None, None
    names = module.get_global_attribute(_NAMES)
    seeds = module.get_global_attribute(_SEEDS)
    value = None if seeds is None else value_of(seeds.state)
    seed = module.get_global_attribute(_SEED)
    return (None if names is None else dict(names)), seeds, value, seed


def _restore_keras(state: tuple[Any, Any, Any, Any]) -> None:
    module = sys.modules.get("keras.src.backend.common.global_state")
    if module is None:
        return
    names, seeds, value, seed = state
    if module.get_global_attribute(_SEED) != seed:
        module.set_global_attribute(_SEED, seed)
    present = module.get_global_attribute(_NAMES)
    if present is not None:
        present.clear()
        present.update(names or {})
    if module.get_global_attribute(_SEEDS) is not seeds:
        module.set_global_attribute(_SEEDS, seeds)
    if seeds is not None and not np.array_equal(value_of(seeds.state), value):
        seeds.state.assign(value)


class _NoRetracing(logging.Filter):
    """Drops TensorFlow's advice about retracing, which is about our function, not the user's."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "triggered tf.function retracing" not in str(record.msg)


@contextmanager
def _quiet_tensorflow() -> Iterator[None]:
    logger = logging.getLogger("tensorflow")
    quiet = _NoRetracing()
    logger.addFilter(quiet)
    try:
        yield
    finally:
        logger.removeFilter(quiet)
