"""The curves of one training, as they come in."""

import time
from collections.abc import Callable
from typing import Any

from nbdiag.capture.fit.step_losses import StepLosses
from nbdiag.schema.history import History


class Curves:
    """Collects what Keras reports after batches and epochs.

    Parameters
    ----------
    running_means
        Whether the loss reported after a batch is the mean of the epoch so far.
    """

    def __init__(self, *, running_means: bool) -> None:
        # A custom train_step may report the loss of the batch, or anything else.
        self._running_means = running_means
        self.completed = 0
        self.first_rate: float | None = None
        self._epochs: dict[str, list[float]] = {}
        self._seconds: list[float] = []
        self._rates: list[float] = []
        self._losses = StepLosses()
        self._last = -1
        self._now = 0
        self._steps: list[int] = []
        self._clock = time.perf_counter()

    @property
    def trained(self) -> float:
        """Seconds spent in epochs so far."""
        return sum(self._seconds)

    @property
    def steps(self) -> int | None:
        """Steps of the longest epoch seen, None before the first step."""
        return self._last + 1 if self._last >= 0 else None

    def begin(self) -> None:
        """Start the clock of an epoch."""
        self._clock = time.perf_counter()
        self._now = 0

    def batch(self, batch: int, logs: Any) -> None:
        """Take the report after a batch."""
        self._last = max(self._last, batch)
        self._now = max(self._now, batch + 1)
        loss = (logs or {}).get("loss")
        if self._running_means and isinstance(loss, int | float):
            self._losses.see(batch, float(loss))

    def epoch(self, logs: Any, rate: Callable[[], float]) -> None:
        """Take the report after an epoch; ``rate`` gives the learning rate."""
        # Digits below a tenth of a millisecond would only make the record longer.
        self._seconds.append(round(time.perf_counter() - self._clock, 4))
        self._steps.append(self._now)
        self.completed += 1
        self._losses.close_epoch()
        for name, value in (logs or {}).items():
            try:
                self._epochs.setdefault(str(name), []).append(float(value))
            except (TypeError, ValueError):
                # A user's metric may report anything; only numbers are curves.
                self._epochs.pop(str(name), None)
        try:
            self._rates.append(rate())
        except (AttributeError, TypeError, ValueError):
            self._rates.clear()

    def close(self) -> None:
        """Take in the steps of an epoch that was not completed."""
        self._losses.close_epoch()

    def history(self) -> History:
        """Return the curves."""
        return History(
            epochs={name: tuple(curve) for name, curve in self._epochs.items() if curve},
            completed=self.completed,
            seconds=tuple(self._seconds),
            learning_rates=tuple(self._rates),
            step_losses=self._losses.curve(),
            steps=tuple(self._steps),
            first_rate=self.first_rate,
        )
