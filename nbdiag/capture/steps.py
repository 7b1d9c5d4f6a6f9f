"""Losses of single steps, rebuilt from the running means that Keras reports anyway."""

import math

from nbdiag.schema.run import StepCurve

# A run keeps at most this many steps: 1,000 points weigh some 20 kB of JSON.
_KEPT = 600
# float32 means carry a relative error of 6e-8; a step's loss is dropped when cancellation
# leaves less than two digits of it.
_ROUNDING = 6e-8
_WORST = 0.01


class StepLosses:
    """Collects the losses of steps, in memory that does not grow with their number.

    Keras reports the mean of the epoch so far, m_k. The loss of step k is k·m_k - (k-1)·m_{k-1},
    exact but for rounding, when all batches have the same size.
    """

    def __init__(self) -> None:
        self._means: dict[int, float] = {}
        self._done = 0
        self._kept: list[tuple[int, float]] = []

    def see(self, batch: int, mean: float) -> None:
        """Take the running mean after a batch of the present epoch (in any order)."""
        self._means[batch] = mean

    def close_epoch(self) -> None:
        """Turn the running means of the epoch into losses of steps."""
        before, count = 0.0, 0
        for batch in sorted(self._means):
            mean, size = self._means[batch], batch + 1 - count
            total = mean * (batch + 1)
            loss = (total - before) / size
            error = _ROUNDING * max(abs(total), abs(before)) / size
            if not math.isfinite(mean) or error <= _WORST * abs(loss):
                self._kept.append((self._done + batch, loss))
            before, count = total, batch + 1
        self._done += count
        self._means = {}
        if len(self._kept) > 4 * _KEPT:
            self._kept = thin(self._kept, 2 * _KEPT)

    def curve(self) -> StepCurve:
        """Give what was collected, thinned so that no spike is lost."""
        kept = thin(self._kept, _KEPT)
        return StepCurve(
            steps=tuple(step for step, _ in kept), losses=tuple(loss for _, loss in kept)
        )


def thin(points: list[tuple[int, float]], most: int) -> list[tuple[int, float]]:
    """Keep at most ``most`` points: of each stretch the least and the greatest."""
    if len(points) <= most:
        return points
    stretches = max(most // 2, 1)
    kept: list[tuple[int, float]] = []
    for number in range(stretches):
        part = points[len(points) * number // stretches : len(points) * (number + 1) // stretches]
        # A loss that is not finite counts as the greatest there is.
        ordered = sorted(part, key=lambda point: point[1] if math.isfinite(point[1]) else math.inf)
        kept += sorted({ordered[0], ordered[-1]}) if ordered else []
    return kept
