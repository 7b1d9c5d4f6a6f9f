"""A Keras model as a value."""

import sys
from collections.abc import Mapping
from typing import Any

from nbdiag.capture.model.config import is_builtin
from nbdiag.capture.model.layers import OriginOf, describe_layers, is_graph, size_of
from nbdiag.capture.model.library import LEGACY, is_legacy, library_of
from nbdiag.capture.model.outputs import describe_heads
from nbdiag.schema.model import Model


def describe_model(model: Any, origin_of: OriginOf) -> Model:
    """Describe a model as it is now."""
    kind = "subclass"
    if isinstance(model, library_of(model).Sequential):
        kind = "sequential"
    elif (is_legacy(model) and is_graph(model)) or (
        hasattr(model, "_nodes") and hasattr(model, "outputs")
    ):
        kind = "functional"
    return Model(
        name=model.name,
        class_name=type(model).__name__,
        kind=kind,  # type: ignore[arg-type]
        layers=describe_layers(model, origin_of),
        heads=describe_heads(model),
        parameters=sum(size_of(weight) for weight in model.weights),
        trainable_parameters=sum(size_of(weight) for weight in model.trainable_weights),
        custom_train_step=has_own(model, "train_step"),
        site=origin_of(model).site,
    )


def has_own(model: Any, method: str) -> bool:
    """Whether the user's class overrides a method of ``keras.Model``."""
    own = getattr(type(model), method)
    return own is not getattr(library_of(model).Model, method) and not is_builtin(own)


def model_classes() -> tuple[type, ...]:
    """Return the classes of models of the libraries that are loaded."""
    libraries = [sys.modules[name] for name in ("keras", LEGACY) if name in sys.modules]
    return tuple(library.Model for library in libraries if hasattr(library, "Model"))


def variable_of(model: Any, namespace: Mapping[str, Any]) -> str | None:
    """Name under which a namespace keeps a model, the first that does not start with "_"."""
    return next(
        (name for name, value in namespace.items() if value is model and not name.startswith("_")),
        None,
    )
