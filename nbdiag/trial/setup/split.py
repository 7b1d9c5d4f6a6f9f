"""Both sides of a split that the user made, with their samples distributed in another way."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nbdiag.edits.changes.split import contained
from nbdiag.edits.live.edits import CannotRebuild, LiveEdits
from nbdiag.trial.setup.fit_arguments import Arguments, as_array, row_count, take

Indices = np.ndarray[Any, Any]

_PAIR = 2


def on_sides(given: Mapping[str, Any], edits: LiveEdits) -> Arguments:
    """Return the arguments of ``fit`` with both sides as they should be.

    Raises
    ------
    CannotRebuild
        When the sides are not four arrays.
    """
    arguments = dict(given)
    if edits.deals:
        training, held_out = sides_after(arguments, edits)
        x, y = pooled(arguments)
        arguments["x"], arguments["y"] = take(x, training), take(y, training)
        arguments["validation_data"] = (take(x, held_out), take(y, held_out))
    return arguments


def pooled(arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return all inputs and all labels, those of the training first."""
    x, y, x_val, y_val = _four(arguments)
    return np.concatenate([x, x_val]), np.concatenate([y, y_val])


def sides_after(arguments: Mapping[str, Any], edits: LiveEdits) -> tuple[Indices, Indices]:
    """Return the places in the pool of the rows that are on each side: training, validation."""
    x, y = pooled(arguments)
    count = len(_four(arguments)[0])
    sides = np.arange(count), np.arange(count, len(x))
    for deal in edits.deals:
        sides = deal.sides(x, y, sides)
    if not all(len(side) for side in sides):
        raise CannotRebuild("no sample would be left on one side of the split")
    return sides


def unknown_to_both(arguments: Mapping[str, Any], edits: LiveEdits) -> Indices:
    """Return the places in the pool of the rows to judge by: held out afterwards, and unknown.

    They are those that the edits leave for the validation, but for rows of which a copy is
    trained on, before or after. What is returned here must be kept out of both trainings.

    Raises
    ------
    CannotRebuild
        When there are none: then nothing can be judged.
    """
    x, _ = pooled(arguments)
    training, held_out = sides_after(arguments, edits)
    before = np.arange(len(_four(arguments)[0]))
    trained_on = np.setdiff1d(np.union1d(training, before), held_out)
    rows: Indices = np.sort(held_out[~contained(x[held_out], x[trained_on])])
    if not len(rows):
        raise CannotRebuild("no validation sample is kept out of the training before and after")
    return rows


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
