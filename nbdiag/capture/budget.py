"""A budget of time: what may be left out is done while it takes a small share of the whole."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class TimeBudget:
    """Spends at most a share of the time that passes.

    Parameters
    ----------
    share
        Of the time since the start, in [0, 1].
    rest
        Seconds to wait, at least, before something that may be left out.
    clock
        Seconds, from anywhere.
    """

    def __init__(
        self, share: float, rest: float = 0.5, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._share = share
        self._rest = rest
        self._clock = clock
        self._started = self._last = clock()
        self._costs: dict[str, float] = {}
        self.spent = 0.0

    def affords(self, what: str) -> bool:
        """Whether the share would still be kept if this cost again what it cost last time."""
        passed = self._clock() - self._started
        return self.spent + self._costs.get(what, 0.0) <= self._share * passed

    def rested(self) -> bool:
        """Whether nothing has been done for a while."""
        return self._clock() - self._last >= self._rest

    @contextmanager
    def spending(self, what: str) -> Iterator[None]:
        """Measure what is done in the block."""
        before = self._clock()
        try:
            yield
        finally:
            self._last = self._clock()
            self._costs[what] = self._last - before
            self.spent += self._costs[what]
