"""Both sides of a split that the user made, distributed again or without duplicates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nbdiag.schema.changes import Change, DropShared, SplitAnew
from nbdiag.trial.setup.fit_arguments import Arguments, as_array, row_count, take
from nbdiag.trial.setup.refusal import CannotRebuild

Indices = np.ndarray[Any, Any]

_PAIR = 2


def on_sides(given: Mapping[str, Any], changes: Sequence[Change]) -> Arguments:
    """Return the arguments of ``fit`` with both sides as the changes want them.

    Raises
    ------
    CannotRebuild
        When the sides are not four arrays.
    """
    arguments = dict(given)
    for change in changes:
        if isinstance(change, SplitAnew | DropShared):
            training, held_out = sides_after(arguments, (change,))
            x, y = pooled(arguments)
            arguments["x"], arguments["y"] = take(x, training), take(y, training)
            arguments["validation_data"] = (take(x, held_out), take(y, held_out))
    return arguments


def moves_sides(changes: Sequence[Change]) -> bool:
    """Whether one of the changes says which rows stand on which side."""
    return any(isinstance(change, SplitAnew | DropShared) for change in changes)


def pooled(arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return all inputs and all labels, those of the training first."""
    x, y, x_val, y_val = _four(arguments)
    return np.concatenate([x, x_val]), np.concatenate([y, y_val])


def sides_after(arguments: Mapping[str, Any], changes: Sequence[Change]) -> tuple[Indices, Indices]:
    """Return the places in the pool of the rows that are on each side: training, validation."""
    x, y, x_val, y_val = _four(arguments)
    count, total = len(x), len(x) + len(x_val)
    sides = np.arange(count), np.arange(count, total)
    for change in changes:
        if isinstance(change, SplitAnew):
            sides = _dealt(np.concatenate([y, y_val]), len(x_val), change)
        elif isinstance(change, DropShared) and change.side == "validation":
            sides = sides[0], sides[1][~_contained(x_val, x)]
        elif isinstance(change, DropShared):
            sides = sides[0][~_contained(x, x_val)], sides[1]
    if not all(len(side) for side in sides):
        raise CannotRebuild("no sample would be left on one side of the split")
    return sides


def unknown_to_both(arguments: Mapping[str, Any], changes: Sequence[Change]) -> Indices:
    """Return the places in the pool of the rows to judge by: held out afterwards, and unknown.

    They are those that the changes leave for the validation, but for rows of which a copy is
    trained on, before or after. What is returned here must be kept out of both trainings.

    Raises
    ------
    CannotRebuild
        When there are none: then nothing can be judged.
    """
    x, _ = pooled(arguments)
    training, held_out = sides_after(arguments, changes)
    before, _ = sides_after(arguments, ())
    trained_on = np.setdiff1d(np.union1d(training, before), held_out)
    rows: Indices = np.sort(held_out[~_contained(x[held_out], x[trained_on])])
    if not len(rows):
        raise CannotRebuild("no validation sample is kept out of the training before and after")
    return rows


def _dealt(labels: Any, held: int, change: SplitAnew) -> tuple[Indices, Indices]:
    """Shuffle, and hold out so many rows: evenly over the classes, or the first ones."""
    order = np.random.default_rng(change.seed).permutation(len(labels))
    if not change.stratify:
        return order[held:], order[:held]
    by_class = order[np.argsort(_classes(labels)[order], kind="stable")]
    held_out = by_class[np.linspace(0, len(by_class) - 1, held).astype(int)]
    return order[~np.isin(order, held_out)], held_out


def _classes(labels: Any) -> Any:
    if labels.ndim == 1:
        return labels
    if labels.ndim > _PAIR:
        raise CannotRebuild("the classes of the samples cannot be read from the labels")
    return labels.ravel() if labels.shape[1] == 1 else labels.argmax(axis=1)


def _contained(rows: Any, others: Any) -> Any:
    """Return for each row whether it is one of some others, byte for byte."""
    known = {row.tobytes() for row in others}
    return np.array([row.tobytes() in known for row in rows], dtype=bool)


def _four(arguments: Mapping[str, Any]) -> tuple[Any, Any, Any, Any]:
    validation = arguments.get("validation_data")
    if not isinstance(validation, list | tuple) or len(validation) != _PAIR:
        raise CannotRebuild("the validation data are not a pair of arrays")
    if arguments.get("sample_weight") is not None:
        raise CannotRebuild("the samples have weights")
    every = arguments.get("x"), arguments.get("y"), *validation
    if any(row_count(item) is None or isinstance(item, Mapping | list | tuple) for item in every):
        raise CannotRebuild("the samples of both sides are not in one array each")
    x, y, x_val, y_val = map(as_array, every)
    if x.shape[1:] != x_val.shape[1:] or y.shape[1:] != y_val.shape[1:]:
        raise CannotRebuild("the samples of both sides have different shapes")
    return x, y, x_val, y_val
