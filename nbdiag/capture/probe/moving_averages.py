"""Moving averages of batch normalization that have not seen a batch yet.

Before the first step they are 0 and 1, and a pass in inference mode normalizes nothing: signals of
a deep model then grow from block to block, and what comes out says nothing about the model. Where
the averages are still those, a probe takes the statistics of the probe batch in their place.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from nbdiag.capture.model.config import is_builtin
from nbdiag.capture.model.layers import walk

Pair = tuple[Any, Any]


def averages_of(model: Any) -> list[Pair]:
    """Find mean and variance of each layer that keeps them, as variables."""
    return [
        (layer.moving_mean, layer.moving_variance)
        for layer in _keepers(model)
        if layer.built and layer.trainable
    ]


@contextmanager
def without_memory(model: Any) -> Iterator[None]:
    """Let the averages be those of the last batch alone while the block calls the model."""
    before = [(layer, layer.momentum) for layer in _keepers(model)]
    try:
        for layer, _ in before:
            layer.momentum = 0.0
        yield
    finally:
        for layer, momentum in before:
            layer.momentum = momentum


def caught_up(pairs: Sequence[Pair], seen: Sequence[Pair], state: Sequence[Pair]) -> list[Pair]:
    """Replace averages that have seen no batch by those of the probe's batch.

    Parameters
    ----------
    pairs
        What `averages_of` gives.
    seen
        Mean and variance of the batch for each of them.
    state
        Variables with the values that a pass is to have.
    """
    from keras import ops

    value_of = {id(variable): value for variable, value in state}
    new: dict[int, Any] = {}
    for (mean, variance), (batch_mean, batch_variance) in zip(pairs, seen, strict=True):
        old_mean, old_variance = value_of[id(mean)], value_of[id(variance)]
        fresh = ops.logical_and(
            ops.all(ops.equal(old_mean, 0.0)), ops.all(ops.equal(old_variance, 1.0))
        )
        new[id(mean)] = ops.where(fresh, ops.cast(batch_mean, old_mean.dtype), old_mean)
        new[id(variance)] = ops.where(
            fresh, ops.cast(batch_variance, old_variance.dtype), old_variance
        )
    return [(variable, new.get(id(variable), value)) for variable, value in state]


def _keepers(model: Any) -> list[Any]:
    return [
        layer
        for layer, _ in walk(model)
        if type(layer).__name__ == "BatchNormalization" and is_builtin(type(layer))
    ]
