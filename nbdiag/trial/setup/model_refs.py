"""What a ``fit`` was called with, for a proof: kept firmly when one was asked for, else loosely.

Loosely means by weak references: the user's model and data live as long as the user keeps them, and
not a moment longer because of nbdiag.
"""

import weakref
from collections.abc import Callable, Mapping
from typing import Any

from nbdiag.capture.data.seen_samples import SeenSamples
from nbdiag.capture.fit.callback_list import listed, steers

Get = Callable[[], Any]

# More values than this are data, and data are not copied into nbdiag's hands.
_FEW = 32
# Callbacks are kept as copies without a model, and only those that steer; a trial speaks itself.
_UNUSED = ("callbacks", "verbose")


class Training:
    """A model and the arguments of its ``fit``.

    Parameters
    ----------
    model, arguments
        What ``fit`` was called on and with, by name.
    seen
        What passes of the data that come as streams: these are not kept, but the samples seen.
    firmly
        Whether a proof will need them after the cell.
    """

    def __init__(
        self,
        model: Any,
        arguments: Mapping[str, Any],
        seen: SeenSamples | None = None,
        *,
        firmly: bool,
    ) -> None:
        self._seen = seen or SeenSamples()
        unused = (*_UNUSED, *self._seen.names)
        given = {name: value for name, value in arguments.items() if name not in unused}
        self._firmly = (model, dict(arguments)) if firmly else None
        self._callbacks = _steering(arguments)
        self._model = weakref.ref(model)
        self._optimizer = _hold(getattr(model, "optimizer", None))
        self._given = _hold(given)

    @property
    def name(self) -> str:
        """Name of the model, "" when it is gone."""
        return str(getattr(self._model(), "name", ""))

    def loosen(self) -> None:
        """Keep nothing alive any longer."""
        self._firmly = None

    def take(self) -> tuple[Any, dict[str, Any]] | None:
        """Return the model and the arguments; None when they are gone, or compiled again.

        In place of a stream stand the samples that passed.
        """
        if self._firmly is not None:
            model, given = self._firmly
            return model, self._seen.instead_of(given)
        model = self._model()
        try:
            given, optimizer = self._given(), self._optimizer()
        except _GoneError:
            return None
        if model is None or model.optimizer is not optimizer:
            return None
        return model, self._seen.instead_of(given) | self._callbacks


def _steering(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Copy the callbacks that take part in a trial, as they are configured."""
    kept = [item for item in listed(arguments.get("callbacks")) if steers(item)]
    if not kept:
        return {}
    from nbdiag.trial.setup.fit_arguments import fresh_callback

    return {"callbacks": [fresh_callback(item) for item in kept]}


class _GoneError(Exception):
    """Raised for what nobody else keeps."""


def _hold(value: Any) -> Get:
    """Make what gives a value back while somebody else keeps it."""
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return lambda: value
    if isinstance(value, dict) and len(value) <= _FEW:
        held = {key: _hold(item) for key, item in value.items()}
        return lambda: {key: get() for key, get in held.items()}
    if type(value) in (list, tuple) and len(value) <= _FEW:
        items, kind = [_hold(item) for item in value], type(value)
        return lambda: kind(get() for get in items)  # the value itself would be kept in it
    try:
        reference = weakref.ref(value)
    except TypeError:
        return _gone
    return lambda: _alive(reference)


def _alive(reference: Callable[[], Any]) -> Any:
    value = reference()
    return _gone() if value is None else value


def _gone() -> Any:
    raise _GoneError
