"""Do our own work without warnings and log records that the user would see."""

import logging
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class _InThread:
    """A pattern of ``warnings.filters`` that matches in one thread only."""

    def __init__(self, pattern: str) -> None:
        self._thread = threading.get_ident()
        self._pattern = re.compile(pattern)

    @property
    def pattern(self) -> str:
        """The expression, for those who hand filters on to other threads, as scikit-learn does."""
        return self._pattern.pattern

    def match(self, text: str) -> bool:
        """Whether a warning is raised in this thread and its text begins with the pattern."""
        return threading.get_ident() == self._thread and bool(self._pattern.match(text))


@contextmanager
def silent(pattern: str = "") -> Iterator[None]:
    """Swallow Python's warnings of this thread while the block runs.

    ``warnings.catch_warnings`` would not do: it makes Python forget which warnings it has shown, so
    the user would see some twice, it acts on all threads, and of two that use it at once the last
    one to leave decides what stays. Here each block takes its own filter away and nothing else.

    Parameters
    ----------
    pattern
        A regular expression with which the text of the warnings begins; all warnings without one.
    """
    entry = ("ignore", _InThread(pattern), Warning, None, 0)
    # A `catch_warnings` of the user's puts a copy of the list in its place until it ends.
    entered: Any = warnings.filters
    entered.insert(0, entry)
    try:
        yield
    finally:
        present: Any = warnings.filters
        for filters in (entered, present):
            with suppress(ValueError):
                filters.remove(entry)


class _OtherThreads(logging.Filter):
    """Lets records of other threads pass."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()

    def filter(self, _record: logging.LogRecord) -> bool:
        """Whether a record is of another thread."""
        return threading.get_ident() != self._thread


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep log records of this thread from every handler while the block runs.

    Matplotlib logs what it draws, and a root logger that hears DEBUG would hear our drawing. Levels
    are left alone, as they hold for all threads. A record is made in a logger of any name, some
    of them in the block: the handlers are where all of them pass.
    """
    own = _OtherThreads()
    handlers = _handlers()
    for handler in handlers:
        # A new list: another thread may be going through the present one.
        handler.filters = [*handler.filters, own]
    try:
        yield
    finally:
        for handler in handlers:
            handler.filters = [item for item in handler.filters if item is not own]


def _handlers() -> list[logging.Handler]:
    loggers: list[Any] = [logging.root, *logging.root.manager.loggerDict.copy().values()]
    found = [handler for logger in loggers for handler in getattr(logger, "handlers", ())]
    last = logging.lastResort
    return found if last is None else [*found, last]
