"""How far a training has come, in words."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from nbdiag.language import say
from nbdiag.render.words import duration, number, one_line
from nbdiag.schema.run import TrainingRun

_MOST_VALUES = 4
_FIRST = ("loss", "val_loss")


@dataclass(frozen=True)
class Position:
    """Where a training is.

    Attributes
    ----------
    done, asked
        Epochs completed and epochs asked for.
    batch, batches
        Batches of the running epoch that have ended, and all of them (None when not known).
    fit
        Number of the fit in its cell.
    values
        The newest values of the curves.
    """

    done: int
    asked: int
    batch: int = 0
    batches: int | None = None
    fit: int = 1
    values: tuple[tuple[str, float], ...] = ()

    def within(self, done: int, batch: int, batches: int | None) -> Self:
        """Go on within the epoch after so many others."""
        return replace(self, done=done, batch=batch, batches=batches)

    @property
    def share(self) -> float:
        """Share of the training that is done, in [0, 1]."""
        part = min(self.batch / self.batches, 1.0) if self.batches else 0.0
        return min((self.done + part) / self.asked, 1.0) if self.asked else 0.0


@dataclass(frozen=True)
class Status:
    """The line above the curves.

    Attributes
    ----------
    head
        Fit and epoch.
    details
        Batch, time and values, each a few words.
    share
        Share of the training that is done, in [0, 1].
    """

    head: str
    details: tuple[str, ...]
    share: float


def position_of(run: TrainingRun) -> Position:
    """Find where a run so far is, at the end of an epoch."""
    epochs = run.history.epochs
    labels = sorted(epochs, key=lambda label: (label not in _FIRST, label.startswith("val_")))
    return Position(
        done=run.history.completed,
        asked=max(run.fit.epochs - run.fit.initial_epoch, 1),
        fit=run.fit_number,
        values=tuple((label, epochs[label][-1]) for label in labels[:_MOST_VALUES]),
    )


def status(at: Position, seconds: float, *, stopping: bool = False) -> Status:
    """Say where a training is.

    Parameters
    ----------
    at
        Its position.
    seconds
        Since it began.
    stopping
        Whether it has been asked to end.
    """
    running = min(at.done + 1, at.asked)
    head = (
        say("Stopping in epoch {running} of {asked}", running=running, asked=at.asked)
        if stopping
        else say("Training, epoch {running} of {asked}", running=running, asked=at.asked)
    )
    if at.fit > 1:
        head = say("Fit {number}: {head}", number=at.fit, head=head)
    return Status(head, tuple(_details(at, seconds)), at.share)


def _details(at: Position, seconds: float) -> Iterable[str]:
    if at.batch:
        yield (
            say("batch {batch} of {batches}", batch=at.batch, batches=at.batches)
            if at.batches
            else say("batch {batch}", batch=at.batch)
        )
    if at.done and at.done < at.asked and at.share > 0:
        left = seconds * (1 - at.share) / at.share
        if math.isfinite(left):
            yield say("about {time} left", time=duration(left))
    for label, value in at.values:
        yield f"{one_line(label, 30)} {number(value)}"
