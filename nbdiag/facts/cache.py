"""Measure a fact once while one run is judged, however many rules ask for it."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from nbdiag.schema.run import TrainingRun

T = TypeVar("T")

# A run cannot be hashed (its settings are dictionaries), so its identity is the key; the run is
# kept beside the fact, or another run could get the same identity.
_KEPT: ContextVar[dict[tuple[int, int], tuple[TrainingRun, Any]] | None] = ContextVar(
    "facts measured so far", default=None
)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember, inside, the facts marked `per_run`; nothing is remembered after it."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def per_run(fact: Callable[[TrainingRun], T]) -> Callable[[TrainingRun], T]:
    """Let a fact of a whole run be measured once within `remembering`.

    Parameters
    ----------
    fact
        A pure function of a run.
    """

    @functools.wraps(fact)
    def asked(run: TrainingRun) -> T:
        kept = _KEPT.get()
        if kept is None:
            return fact(run)
        key = (id(fact), id(run))
        if key not in kept:
            kept[key] = (run, fact(run))
        value: T = kept[key][1]
        return value

    return asked
