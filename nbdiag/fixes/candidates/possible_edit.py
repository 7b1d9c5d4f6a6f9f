"""One edit that may repair a cell, and what is said of the mistake where it does."""

import re
from dataclasses import dataclass

from nbdiag.facts.crash.exception import Crash, crash_of
from nbdiag.schema.changes import Change
from nbdiag.schema.finding import Aspect
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_SHAPES = re.compile(
    r"shape|ndim|rank|dimension|\baxis\b|\bsizes?\b|incompatible|broadcast|features", re.IGNORECASE
)

UNLIKELY = 1.5
"""What an edit costs more where the exception speaks of other things: its words only order."""


@dataclass(frozen=True)
class Candidate:
    """One edit.

    Attributes
    ----------
    cost
        Small for what is plausible: 1 for a misspelt word, 2 for a layer put in.
    title
        What the button says, in the imperative.
    message
        What was wrong, when this repairs it.
    aspect
        What was wrong with what.
    """

    cost: float
    title: str
    message: str
    aspect: Aspect
    changes: tuple[Change, ...]


def text_of_error(run: TrainingRun) -> str:
    """Return what was raised, in one line, without colours."""
    message = run.error.message if run.error is not None else ""
    return " ".join(_COLOURS.sub("", message).split())


def speaks_of_shapes(run: TrainingRun) -> bool:
    """Whether an exception speaks of shapes."""
    return _SHAPES.search(text_of_error(run)) is not None


def crash_in(run: TrainingRun) -> Crash | None:
    """Return the exception, read; None without one."""
    found = crash_of(run)
    return None if isinstance(found, Missing) else found


def speaks_of(run: TrainingRun, word: str) -> bool:
    """Whether an exception names a word."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text_of_error(run)) is not None
