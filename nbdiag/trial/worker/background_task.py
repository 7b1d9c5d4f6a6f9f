"""One question to the worker: how far it is, what came of it, and how to end it."""

import threading
from collections.abc import Callable
from typing import Any

from nbdiag.language import Reason

_WAIT = 0.2  # seconds; an interrupt must be heard on every platform


class WorkerDied(Reason):
    """The worker process has ended in the middle of a question."""


class CannotSend(Reason):
    """A question has something in it that only its own process knows."""


class NotLoaded(Reason):
    """The worker process cannot make again what was sent to it."""


class Cancelled(Reason):
    """A question was cancelled."""


class Task:
    """A function that runs in the worker.

    Parameters
    ----------
    number
        By which the worker knows it.
    payload
        The pickled function with its arguments.
    progress
        Called with what the function reports, in a separate thread.
    stop
        Stops the work, once it is cancelled.

    Attributes
    ----------
    thread
        Waits for the messages of the process.
    """

    def __init__(
        self,
        number: int,
        payload: bytes,
        progress: Callable[[Any], None] | None,
        stop: Callable[["Task"], None],
    ) -> None:
        self.number = number
        self.payload = payload
        self.thread: threading.Thread | None = None
        self._progress = progress
        self._stop = stop
        self._over = threading.Event()
        self._guard = threading.Lock()
        self._value: Any = None
        self._error: BaseException | None = None
        self._finished = False
        self._listeners: list[Callable[[Task], None]] = []

    @property
    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._over.is_set()

    def result(self) -> Any:
        """Wait for the end and return what the function returned.

        Raises
        ------
        Cancelled
            When it was cancelled, or took too long.
        WorkerDied
            When the process has ended.
        Exception
            What the function raised.
        """
        while not self._over.wait(_WAIT):
            pass
        if self._finished and self.thread not in (None, threading.current_thread()):
            self.thread.join()  # it has nothing to do any longer
        if self._error is not None:
            raise self._error
        return self._value

    def cancel(self, reason: Reason | None = None) -> None:
        """End it at once; what the function does meanwhile comes to nothing."""
        if self.end(error=reason or Cancelled("it was cancelled"), finished=False):
            self._stop(self)

    def on_end(self, listener: Callable[["Task"], None]) -> None:
        """Call a function at the end, from whatever thread ends it; now if it has ended."""
        with self._guard:
            if not self.done:
                self._listeners.append(listener)
                return
        listener(self)

    def hear(self, value: Any) -> None:
        """Hand on what the function reported."""
        if self._progress is not None and not self.done:
            self._progress(value)

    def end(
        self, value: Any = None, error: BaseException | None = None, *, finished: bool = True
    ) -> bool:
        """Note the end, and return whether it is the first one.

        Parameters
        ----------
        value, error
            What the function returned, or what came instead.
        finished
            Whether the function has ended, too.
        """
        with self._guard:
            if self.done:
                return False
            self._value, self._error, self._finished = value, error, finished
            self.payload = b""
            self._over.set()
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener(self)
        return True
