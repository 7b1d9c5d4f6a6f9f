"""Losses of single steps, rebuilt from the running means that Keras reports anyway.

Memory is bounded, whatever the number of steps. Reports of an epoch wait in a buffer of 4,096,
for Keras may deliver them out of order; the older half is worked off when it is full. The losses
found are decimated by least and greatest: when more than 2,400 are kept, they are cut into 600
stretches of equally many steps, and each stretch keeps its least and its greatest loss, a loss
that is not finite counting as the greatest. So a spike of one step among a million is still there,
and so is the level around it; what goes is the noise in between. The curve of a run holds 600
points at most, about 20 kB of JSON.
"""

import math
import threading

from nbdiag.schema.history import StepCurve

_KEPT = 600
_WAITING = 4096
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
        self._lock = threading.Lock()
        self._means: dict[int, float] = {}
        # Number of steps of the epoch and sum of their losses: at the last report worked off,
        # and at the last one from which a loss was found.
        self._before = (0, 0.0)
        self._known = (0, 0.0)
        self._done = 0
        self._kept: list[tuple[int, float]] = []

    def see(self, batch: int, mean: float) -> None:
        """Take the running mean after a batch of the present epoch, roughly in order."""
        with self._lock:
            if batch >= self._before[0]:
                self._means[batch] = mean
            if len(self._means) >= _WAITING:
                self._work_off(sorted(self._means)[: _WAITING // 2])

    def close_epoch(self) -> None:
        """Turn the running means that are left of the epoch into losses of steps."""
        with self._lock:
            self._work_off(sorted(self._means))
            self._done += self._before[0]
            self._before = self._known = (0, 0.0)

    def curve(self) -> StepCurve:
        """Return what was collected, thinned so that no spike is lost."""
        with self._lock:
            kept = thin(self._kept, _KEPT)
        return StepCurve(
            steps=tuple(step for step, _ in kept), losses=tuple(loss for _, loss in kept)
        )

    def _work_off(self, batches: list[int]) -> None:
        for batch in batches:
            mean = self._means.pop(batch)
            now = (batch + 1, mean * (batch + 1))
            loss = _between(self._before, now)
            if loss is None and self._known != self._before:
                # After a huge batch, or a hundred thousand ordinary ones, the mean of several
                # steps is known where that of one is lost in rounding.
                loss = _between(self._known, now)
            if loss is not None:
                self._kept.append((self._done + batch, loss))
                self._known = now
            self._before = now
        if len(self._kept) > 4 * _KEPT:
            self._kept = thin(self._kept, 2 * _KEPT)


def _between(before: tuple[int, float], now: tuple[int, float]) -> float | None:
    """Mean loss of the steps between two sums, None when rounding has swallowed it."""
    size = now[0] - before[0]
    loss = (now[1] - before[1]) / size
    error = _ROUNDING * max(abs(now[1]), abs(before[1])) / size
    return loss if not math.isfinite(now[1]) or error <= _WORST * abs(loss) else None


def thin(points: list[tuple[int, float]], most: int) -> list[tuple[int, float]]:
    """Keep at most ``most`` points: of each stretch of steps the least and the greatest."""
    if len(points) <= most:
        return points
    first, last = points[0][0], points[-1][0]
    # By number of steps, not of points: else what was thinned before would be thinned once more
    # with each new stretch, and a spike at the start be lost to a greater one much later.
    width = -(-(last - first + 1) // max(most // 2, 1))
    stretches: dict[int, list[tuple[int, float]]] = {}
    for point in points:
        stretches.setdefault((point[0] - first) // width, []).append(point)
    kept: list[tuple[int, float]] = []
    for part in stretches.values():
        # A loss that is not finite counts as the greatest there is.
        ordered = sorted(part, key=lambda point: point[1] if math.isfinite(point[1]) else math.inf)
        kept += sorted({ordered[0], ordered[-1]})
    return kept
