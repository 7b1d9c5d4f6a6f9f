"""Which variables of two models may start from the same values."""

from typing import Any

import keras

from nbdiag.silence import silent

_ENDING = "_initializer"


def shared_variables(model: Any, other: Any) -> frozenset[str]:
    """Return the paths of the variables that both models have, made in the same way.

    A variable is the same where path, shape and initializer agree: to copy the values of one that
    is initialized otherwise would undo the change under trial.
    """
    known = _makings(other)
    return frozenset(path for path, making in _makings(model).items() if known.get(path) == making)


def _makings(model: Any) -> dict[str, tuple[Any, ...]]:
    """Find shape and initializer of each variable, by its path."""
    makings: dict[str, tuple[Any, ...]] = {
        item.path: (tuple(item.shape),) for item in model.variables
    }
    for layer in model._flatten_layers():  # noqa: SLF001 - the only walk that enters wrappers
        if isinstance(layer, keras.Model):
            continue
        initializers = _initializers(layer)
        for variable in layer.variables:
            # Of a kernel the initializer of the kernel, of a variable without such an argument
            # all that the layer has.
            own = initializers.get(variable.name + _ENDING, initializers)
            makings[variable.path] = (tuple(variable.shape), type(layer).__name__, str(own))
    return makings


def _initializers(layer: Any) -> dict[str, Any]:
    try:
        with silent():
            settings = layer.get_config()
    except Exception:  # noqa: BLE001 - a custom layer may have no configuration, and raise anything
        return {}
    return {name: value for name, value in settings.items() if name.endswith(_ENDING)}
