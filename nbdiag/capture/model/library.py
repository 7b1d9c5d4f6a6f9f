"""The Keras that an object is made with: Keras 3, or the legacy package ``tf_keras``.

``TF_USE_LEGACY_KERAS`` chooses which one ``tf.keras`` is. Neither is imported for the other's sake.
"""

import sys
from collections.abc import Sequence
from typing import Any

LEGACY = "tf_keras"


def is_legacy(thing: Any) -> bool:
    """Whether an object's class, or a class that it inherits, is of ``tf_keras``."""
    modules = (getattr(kind, "__module__", None) for kind in type(thing).__mro__)
    return any(isinstance(name, str) and name.split(".")[0] == LEGACY for name in modules)


def library_of(thing: Any) -> Any:
    """Return the package ``keras`` or ``tf_keras`` that an object is made with."""
    if is_legacy(thing):
        return sys.modules[LEGACY]
    import keras

    return keras


def maker_of(history: Any) -> Any:
    """Return the layer or operation that made a tensor of a graph."""
    return history.layer if hasattr(history, "layer") else history.operation


def inputs_of(node: Any) -> Sequence[Any]:
    """Return the tensors that a call in the graph took, in the order of its arguments."""
    legacy = getattr(node, "keras_inputs", None)
    if legacy is not None:
        found: Sequence[Any] = legacy
        return found
    given: Sequence[Any] = node.input_tensors
    return given
