"""The callbacks of a ``fit`` that steer the training, and those that only look on."""

from typing import Any

from nbdiag.keras_api.callbacks import with_trait

_STEERS = with_trait("steers")


def listed(callbacks: Any) -> list[Any]:
    """Return the callbacks of an argument of ``fit`` as a list."""
    inside = getattr(callbacks, "callbacks", callbacks)  # Keras' own list of callbacks
    return list(inside) if isinstance(inside, list | tuple) else [inside] * (inside is not None)


def steers(callback: Any) -> bool:
    """Whether a callback is one of Keras' own that changes the rate, the weights or the end."""
    kind = type(callback)
    return kind.__name__ in _STEERS and kind.__module__.split(".")[0] == "keras"
