"""Layers that scale the inputs inside the model."""

from collections.abc import Iterable, Mapping
from typing import Any

import keras

from nbdiag.edits.live.edits import CannotRebuild
from nbdiag.schema.changes import ScaleInputs
from nbdiag.trial.setup.fit_arguments import as_array, row_count


def scaling_layers(
    scalings: Iterable[ScaleInputs], model: Any, arguments: Mapping[str, Any]
) -> list[Any]:
    """Make the layers that stand first in the rebuilt model.

    Parameters
    ----------
    scalings
        What is asked for.
    model
        The user's model: what it does already is not done twice.
    arguments
        Arguments of ``fit``; a "standardize" adapts to their inputs.

    Raises
    ------
    CannotRebuild
        When the inputs come from a data set, from which statistics would take rows.
    """
    return [_layer(item, arguments) for item in scalings if not _scales(model, item)]


def _layer(change: ScaleInputs, arguments: Mapping[str, Any]) -> Any:
    if change.method == "rescale":
        return keras.layers.Rescaling(change.scale, offset=change.offset)
    inputs = arguments.get("x")
    if row_count(inputs) is None or isinstance(inputs, Mapping | tuple):
        raise CannotRebuild("the inputs come from a data set, whose mean is not known")
    samples = as_array(inputs)
    # A plain number has no axis of features: the samples would be taken for them.
    plain = samples is not None and samples.ndim == 1
    layer = keras.layers.Normalization(axis=None) if plain else keras.layers.Normalization()
    layer.adapt(samples)
    return layer


def _scales(model: Any, change: ScaleInputs) -> bool:
    first = next(
        (item for item in model.layers if not isinstance(item, keras.layers.InputLayer)), None
    )
    kind = keras.layers.Rescaling if change.method == "rescale" else keras.layers.Normalization
    return isinstance(first, kind)
