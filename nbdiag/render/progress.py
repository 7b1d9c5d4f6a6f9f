"""How far a training has come, in words."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from nbdiag.language import say
from nbdiag.render.phrases import duration, number, one_line
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
    seconds
        Of one epoch, None before the first has ended.
    """

    done: int
    asked: int
    batch: int = 0
    batches: int | None = None
    fit: int = 1
    values: tuple[tuple[str, float], ...] = ()
    seconds: float | None = None

    def within(self, done: int, batch: int, batches: int | None) -> Self:
        """Go on within the epoch after so many others."""
        return replace(self, done=done, batch=batch, batches=batches)

    @property
    def share(self) -> float:
        """Share of the training that is done, in [0, 1]."""
        return 1.0 - self.left / self.asked if self.asked else 0.0

    @property
    def left(self) -> float:
        """Epochs left, the rest of the running one included."""
        part = min(self.batch / self.batches, 1.0) if self.batches else 0.0
        return max(self.asked - self.done - part, 0.0)


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
    times = run.history.seconds  # the first epoch compiles, too
    labels = sorted(epochs, key=lambda label: (label not in _FIRST, label.startswith("val_")))
    return Position(
        done=run.history.completed,
        asked=max(run.fit.epochs - run.fit.initial_epoch, 1),
        fit=run.fit_number,
        values=tuple((label, epochs[label][-1]) for label in labels[:_MOST_VALUES]),
        seconds=statistics.median(times[1:] or times) if times else None,
    )


def status(at: Position, *, stopping: bool = False) -> Status:
    """Report where a training is.

    Parameters
    ----------
    at
        Its position.
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
    return Status(head, tuple(_details(at)), at.share)


def _details(at: Position) -> Iterable[str]:
    if at.batch:
        yield (
            say("batch {batch} of {batches}", batch=at.batch, batches=at.batches)
            if at.batches
            else say("batch {batch}", batch=at.batch)
        )
    if at.seconds is not None and at.left > 0:
        yield say("about {time} left", time=duration(at.seconds * at.left))
    for label, value in at.values:
        yield f"{one_line(label, 30)} {number(value)}"
