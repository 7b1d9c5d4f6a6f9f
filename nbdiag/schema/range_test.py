"""What a sweep over learning rates has shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RangeTest:
    """A learning-rate range test.

    Attributes
    ----------
    rates, losses
        Rate of each step, and the loss then, smoothed and without the noise of the batches.
    proposed
        Rate to use, None when no rate made the loss fall.
    summary
        The result in a sentence.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    proposed: float | None
    summary: str
