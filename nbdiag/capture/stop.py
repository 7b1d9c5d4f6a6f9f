"""The request to end a training: who made it, and when."""

import threading
import time
from collections.abc import Callable

from nbdiag.schema.run import StoppedBy

# A validation that has this many seconds to go after the request is cut short.
_PATIENCE = 1.0


class Stop(threading.Event):
    """Set from any thread; the training ends after its running batch.

    Parameters
    ----------
    clock
        Seconds, from anywhere.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._since = 0.0
        self.by: StoppedBy = "user"
        self.code = ""

    def ask(self, by: StoppedBy, code: str = "") -> None:
        """Ask to end the training; the first request counts.

        Parameters
        ----------
        by
            "user", or "error" for a finding that is certain.
        code
            Of that finding.
        """
        if not self.is_set():
            self.by, self.code = by, code
            self.set()

    def set(self) -> None:
        """Note the time, and wake who waits."""
        self._since = self._clock()
        super().set()

    def clear(self) -> None:
        """Forget the request: another training begins."""
        super().clear()
        self.by, self.code = "user", ""

    @property
    def pressing(self) -> bool:
        """Whether the request is so old that a running validation should be cut short."""
        return self.is_set() and self._clock() - self._since >= _PATIENCE
