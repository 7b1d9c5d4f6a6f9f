"""Rows of a data set in arrays, taken so that the next pass over it is what it would have been.

Drawing one batch from a shuffled data set moves its order, even with a seed: what is read here is
what stands before the shuffle. A data set with other randomness, or with Python code of the
user's in it, is left alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import keras
import numpy as np

from nbdiag.edits.live.edits import CannotRebuild
from nbdiag.trial.setup.fit_arguments import row_count, take
from nbdiag.trial.setup.training import Setup

# As much as some thousand small images; a trial sees 40 batches and 512 held-out rows.
_MOST_ROWS = 20_000
_MOST_BYTES = 256 * 2**20

_AFTER_SHUFFLE = ("Batch", "ParallelBatch", "Prefetch", "Options", "Repeat")
_STILL = (
    *_AFTER_SHUFFLE,
    "Cache",
    "Concatenate",
    "Enumerate",
    "Map",
    "ParallelMap",
    "Range",
    "Skip",
    "Take",
    "Tensor",
    "TensorSlice",
    "Zip",
)
_PAIR = 2


@dataclass(frozen=True)
class _Source:
    """Something to read elements from, each a batch or a row; ``size`` is that of a batch."""

    elements: Iterable[Any]
    batched: bool
    size: int | None = None


def in_arrays(setup: Setup) -> Setup:
    """Return the setup with its rows in arrays; the same one when they are already.

    Raises
    ------
    CannotRebuild
        When reading the rows would move the user's data set.
    """
    given = dict(setup.fit_arguments)
    if row_count(given.get("x")) is None:
        source = _source(given.get("x"))
        x, y, size = _read(source)
        given |= {"x": x, "y": y, "batch_size": size, "steps_per_epoch": None}
        given["shuffle"] = True
    validation = given.get("validation_data")
    if validation is not None and not isinstance(validation, list | tuple):
        try:
            given["validation_data"] = _read(_source(validation))[:_PAIR]
        except CannotRebuild:
            # Rows of the training data are held out instead.
            given["validation_data"] = None
    return replace(setup, fit_arguments=given)


def _source(data: Any) -> _Source:
    if isinstance(data, keras.utils.PyDataset):
        count = data.num_batches
        if count is None:
            raise CannotRebuild("the data set has no end")
        return _Source((data[place] for place in range(count)), batched=True)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        if isinstance(data, tf.data.Dataset):
            return _unshuffled(data)
    raise CannotRebuild(
        "the batches come from a {kind}, which cannot be read twice", kind=type(data).__name__
    )


def _unshuffled(dataset: Any) -> _Source:
    passed: list[Any] = []
    here = dataset
    while _name(here) != "Shuffle":
        passed.append(here)
        inputs = here._inputs()  # noqa: SLF001 - the chain of a data set has no public name
        if len(inputs) != 1:
            _check(dataset)
            return _Source(dataset, batched=True)
        (here,) = inputs
    (below,) = here._inputs()  # noqa: SLF001
    _check(below)
    odd = [_name(item) for item in passed if _name(item) not in _AFTER_SHUFFLE]
    if odd:
        raise CannotRebuild("the data set goes on with {odd} after it is shuffled", odd=odd[-1])
    batch = next((item for item in passed if _name(item).endswith("Batch")), None)
    if batch is None:
        return _Source(below, batched=True)
    return _Source(below, batched=False, size=int(batch._batch_size))  # noqa: SLF001


def _check(dataset: Any) -> None:
    """Refuse what would draw random numbers or run the user's code."""
    name = _name(dataset)
    if name not in _STILL:
        raise CannotRebuild("reading a data set with {name} in it would move it", name=name)
    function = getattr(getattr(dataset, "_map_func", None), "function", None)
    if function is not None:
        for operation in function.graph.get_operations():
            if "Random" in operation.type or "PyFunc" in operation.type:
                raise CannotRebuild("the data set's map has {type} in it", type=operation.type)
    for inner in dataset._inputs():  # noqa: SLF001
        _check(inner)


def _name(dataset: Any) -> str:
    return type(dataset).__name__.removeprefix("_").removesuffix("Dataset").removesuffix("V2")


def _read(source: _Source) -> tuple[Any, Any, int]:
    pieces = list(_some(source))
    if not pieces or len(pieces[0]) < _PAIR:
        raise CannotRebuild("the data set gives no labels")
    if len(pieces[0]) > _PAIR:
        raise CannotRebuild("the data set gives weights, too")
    join = np.concatenate if source.batched else np.stack
    x, y = (
        keras.tree.map_structure(lambda *parts: join(parts), *(piece[side] for piece in pieces))
        for side in range(_PAIR)
    )
    count = row_count(y)
    if count is None or row_count(x) != count:
        raise CannotRebuild("the samples of the data set cannot be matched")
    size = source.size or row_count(pieces[0][1]) or count
    return take(x, np.arange(count)), take(y, np.arange(count)), size


def _some(source: _Source) -> Iterator[tuple[Any, ...]]:
    rows = used = 0
    for element in islice(source.elements, _MOST_ROWS):
        if not isinstance(element, tuple):
            raise CannotRebuild("the data set gives no labels")
        piece = keras.tree.map_structure(keras.ops.convert_to_numpy, element)
        yield piece
        leaves = keras.tree.flatten(piece)
        rows += leaves[0].shape[0] if source.batched else 1
        used += sum(leaf.nbytes for leaf in leaves)
        if rows >= _MOST_ROWS or used >= _MOST_BYTES:
            return
