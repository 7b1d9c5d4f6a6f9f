"""Shapes that the text of an exception names, and how they compare with those of the data."""

import re

from nbdiag.facts.crash.exception import Crash, shape_after
from nbdiag.schema.cell import Shape
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.values import row_shape, variable_named

_LEAST_PICTURE = 6  # pixels a side: what is smaller is rather a count of channels
MOST_CHANNELS = 4
PICTURE = 3  # height, width, channels


def target_and_output(line: str) -> tuple[Shape, Shape] | None:
    """Return the shapes of labels and output, batches first, as the loss met them."""
    target, output = shape_after(line, "target.shape="), shape_after(line, "output.shape=")
    if target is not None and output is not None:
        return target, output
    pair = re.search(r"input shapes: (\[[^\]]*\]), (\[[^\]]*\])", line)
    pair = pair or re.search(r"Incompatible shapes: (\[[^\]]*\]) vs\. (\[[^\]]*\])", line)
    if pair is None:
        return None
    first, second = shape_after(pair[1], ""), shape_after(pair[2], "")
    return None if first is None or second is None else (first, second)


_MARKS = (
    "Full shape received: ", "input with shape ", "incompatible shape ", "inputs shape=",
    "inputs.shape=", "found shape=", "build it with input_shape ", "3 dimensions, received: ",
)  # fmt: skip


def received(line: str) -> Shape | None:
    """Return the shape that met a layer, without the batch."""
    for mark in _MARKS:
        shape = shape_after(line, mark)
        if shape is not None:
            return shape[1:]
    return None


def is_channels_first(shape: Shape | None) -> bool:
    """Whether a row is a picture whose channels come first."""
    if shape is None or len(shape) != PICTURE or any(size is None for size in shape):
        return False
    first, height, width = (size or 0 for size in shape)
    return first <= MOST_CHANNELS and min(height, width) >= _LEAST_PICTURE and width > MOST_CHANNELS


_OF_A_MODEL = ("fit", "evaluate", "predict", "predict_on_batch", "test_on_batch", "train_on_batch")


def other_data(run: TrainingRun, crash: Crash) -> tuple[str, Shape] | None:
    """Find what a trained model was given that is unlike the data it was trained on.

    Returns
    -------
    tuple or None
        "validation_data" or the name of a method, and the shape of one row.
    """
    got = received(crash.line)
    unlike = "to have value" in crash.line or "Expected shape" in crash.line
    if got is None or not unlike:
        return None
    data = row_shape(run)
    if crash.in_fit:
        trained = data is not None and all(same(shape, data) for shape in declared(run))
        validated = run.fit.validation == "data"
        return ("validation_data", got) if trained and validated and got != data else None
    call = failed_call(run)
    if call is None or call.name not in _OF_A_MODEL:
        return None
    thing = variable_named(run, call.argument(0, "x"))
    shape = thing.shape if thing is not None else None
    return (call.name, got) if shape is not None and shape[1:] == got else None


def same(one: Shape, other: Shape) -> bool:
    """Whether two shapes agree wherever both are known."""
    return len(one) == len(other) and all(
        a is None or b is None or a == b for a, b in zip(one, other, strict=True)
    )
