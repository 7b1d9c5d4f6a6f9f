"""An end to a block of code after so many seconds of processor time."""

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds between two looks at the clock, and between two requests to end.
_REST = 0.05
# On a busy machine a second of processor time takes longer: it ends after so many times as long.
_PATIENCE = 6


class TimeIsUp(BaseException):
    """The block has taken longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUp` in the block once it has taken so much processor time.

    It is raised between two instructions of Python: a long call of a compiled library ends first.
    Signals are left to the kernel, and the block may run in any thread.

    Parameters
    ----------
    seconds
        Of the processor, all threads together.
    """
    caller = threading.get_ident()
    over, lock = threading.Event(), threading.Lock()
    begun, clock = time.process_time(), time.monotonic()

    def watch() -> None:
        while not over.wait(_REST):
            used, passed = time.process_time() - begun, time.monotonic() - clock
            if used < seconds and passed < seconds * _PATIENCE:
                continue
            with lock:
                if not over.is_set():
                    _raise_in(caller, TimeIsUp)

    watcher = threading.Thread(target=watch, name="nbdiag time limit", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with lock:
            over.set()
            # What was asked for and not raised yet must not meet code after the block.
            _raise_in(caller, None)


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    raised = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
