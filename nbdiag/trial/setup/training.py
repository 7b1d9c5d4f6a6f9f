"""A training as it was set up: the value that a rebuild takes and gives."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Setup:
    """A compiled model and what ``fit`` is called with.

    Attributes
    ----------
    model
        The compiled Keras model.
    fit_arguments
        Keyword arguments of ``fit``, "x" and "y" among them.
    learning_rate
        Rate before the first step, where ``fit`` has changed it since (schedules in callbacks);
        None when the optimizer still has it.
    """

    model: Any
    fit_arguments: Mapping[str, Any] = field(default_factory=dict)
    learning_rate: float | None = None


def setup_of(
    model: Any,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    learning_rate: float | None = None,
) -> Setup:
    """Make a setup of a call ``model.fit(*args, **kwargs)``.

    Raises
    ------
    TypeError
        When ``fit`` takes no such arguments.
    """
    import keras

    bound = inspect.signature(keras.Model.fit).bind(model, *args, **(kwargs or {}))
    named = dict(bound.arguments)
    named.pop("self")
    return Setup(model, named, learning_rate)
