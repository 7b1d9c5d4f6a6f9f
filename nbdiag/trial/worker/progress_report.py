"""How a function says how far it is, wherever it runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Listener = Callable[[Any], None]
_listener: ContextVar[Listener | None] = ContextVar("who hears of progress", default=None)


def report(value: Any) -> None:
    """Report how far the running work is; nothing happens where nobody listens.

    Parameters
    ----------
    value
        Anything that can be pickled.
    """
    listener = _listener.get()
    if listener is not None:
        listener(value)


@contextmanager
def reports_to(listener: Listener | None) -> Iterator[None]:
    """Hear what `report` is given inside a ``with`` block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
