"""How many rows a probe looks at."""

import math
from typing import Any, Literal

from nbdiag.capture.model.layers import graph_of, is_graph, shape_of, taken_by, walk

Level = Literal["off", "light", "full"]
ROWS: dict[Level, int] = {"off": 0, "light": 256, "full": 1024}

# A row of a probe goes through the model forwards and backwards as a row of the training does, so
# this share of all rows trained on is the share of its time. "light" looks three times.
_SHARES: dict[Level, float] = {"off": 0.0, "light": 0.01 / 3, "full": 0.01}
_FEWEST = 64
# Below so many numbers in all layers' outputs a pass takes a few milliseconds whatever the rows.
_CHEAP = 1_000_000
_GATES = 5  # of an LSTM, with its state


def probe_rows(level: Level, model: Any, trained: int | None) -> int:
    """Return the number of rows to measure.

    Fewer than usual, but 64 at least, for a model with wide outputs (a convolution) whose
    training is short: 256 rows of it would take longer than an epoch on 500.

    Parameters
    ----------
    level
        Level of the probes.
    model
        The Keras model.
    trained
        Rows that the whole training will see, all epochs together; None when unknown.
    """
    fixed = fixed_rows(model)
    if fixed is not None:
        return fixed
    usual = ROWS[level]
    if trained is None or usual * _width(model) <= _CHEAP:
        return usual
    return min(usual, max(_FEWEST, int(trained * _SHARES[level])))


def fixed_rows(model: Any) -> int | None:
    """Return the number of rows that a model insists on (``batch_shape``), None when it is free."""
    inputs = getattr(graph_of(model), "inputs", None) if is_graph(model) else None
    size = inputs[0].shape[0] if inputs else None
    return None if size is None else int(size)


def _width(model: Any) -> int:
    """Count the numbers that one row makes in the outputs of all layers, 0 where unknown."""
    if not is_graph(model):
        return 0
    total = 0
    for layer, _ in walk(model):
        for node in getattr(layer, "_inbound_nodes", ())[-1:]:
            total += _size(node.outputs)
            units = getattr(layer, "units", None)
            if hasattr(layer, "return_sequences") and units:
                # At each step of a sequence the gates are outputs, too.
                total += _GATES * units * (_size(taken_by(node)[:1]) // _last(node))
    return total


def _size(tensors: Any) -> int:
    shape = shape_of(tensors)
    return math.prod(size or 1 for size in shape) if isinstance(shape, tuple) else 0


def _last(node: Any) -> int:
    return int(taken_by(node)[0].shape[-1] or 1)
