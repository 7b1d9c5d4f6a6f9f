"""Fixes of a cell that failed, each tried before it becomes a button."""

import time
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import replace
from typing import Any

from nbdiag.language import Reason, later, say
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.dry_run.cell_run import SECONDS, DryRuns, Outcome
from nbdiag.trial.dry_run.short_training import Length

# What is longer than that is data.
_LONGEST = 160
_MOST_STEPS = 12
NO_TIME = later("there was no time left")
_NOT_SEEN = later("your cell does not fail on a few samples")

_LENGTHS = (Length(), Length(few=False, steps=_MOST_STEPS), Length(callbacks=True))
"""How long trainings are: the first that shows the failure is used.

Callbacks that only watch come last, as most of them write files.

Graphs are made as in the cell itself: what fails in them alone is seen, and its exception is the
one that the user has met.
"""


class Gate:
    """Tries new cells against the failure of the old one.

    Parameters
    ----------
    run
        The run of the cell that failed.
    namespace
        The user's names.
    cell_of
        Gives the number of the cell whose code has a file name.
    budget
        Seconds of processor time for all of it.

    Attributes
    ----------
    old
        What came of the old cell when it was run for a try; None where it tells nothing.
    reason
        Why nothing can be tried; "" otherwise.
    """

    def __init__(
        self,
        run: TrainingRun,
        namespace: MutableMapping[str, Any],
        cell_of: Callable[[str], int | None],
        budget: float,
    ) -> None:
        self.run = run
        self.old: Outcome | None = None
        self.reason = ""
        self.tried = 0
        self._end = time.process_time() + budget
        self._results: dict[str, Outcome] = {}
        self._length = _LENGTHS[0]
        try:
            self._cells = DryRuns(namespace, cell_of)
        except Reason as why:
            self.reason = why.said()
            return
        self._reproduce()

    @property
    def left(self) -> float:
        """Seconds of processor time that are left."""
        return self._end - time.process_time()

    def run_cell(self, source: str) -> Outcome:
        """Run a cell for a try in the way that has shown the failure; each text once."""
        known = self._results.get(source)
        if known is not None:
            return known
        if self.left <= 0:
            return Outcome("not run", say(NO_TIME))
        found = self._run(source, self._length)
        self._results[source] = found
        return found

    def judge(self, fix: Fix) -> Fix | None:
        """Return a fix with what trying it has shown; None where the cell would fail as before."""
        if not fix.source:
            return fix
        if self.old is None:
            return _with_note(fix, say("Not tried: {reason}.", reason=self.reason))
        found = self.run_cell(fix.source)
        if found.status == "not run":
            return _with_note(fix, say("Not tried: {reason}.", reason=found.reason))
        if found.status == "finished":
            return _with_note(fix, say("Tried on a few samples: it runs to its end."))
        if not found.is_further_than(self.old):
            return None
        return _with_note(
            fix,
            say(
                "Tried on a few samples: it comes further, then raises {problem}.",
                problem=brief(found),
            ),
        )

    def _run(self, source: str, length: Length) -> Outcome:
        self.tried += 1
        seconds = min(SECONDS, max(self.left, 1.0))
        return self._cells.run(source, self.run, length=length, seconds=seconds)

    def _reproduce(self) -> None:
        """Find the way to run the old cell in which it fails as it has failed."""
        error = self.run.error
        if error is None:
            self.reason = say(_NOT_SEEN)
            return
        alike: Outcome | None = None
        for length in _LENGTHS:
            found = self._run(self.run.cell.source, length)
            if found.status == "not run" and length is _LENGTHS[0]:
                self.reason = found.reason
                return
            seen = found.run.error if found.run is not None else None
            if seen is None or found.status != "raised" or seen.lines[:1] != error.lines[:1]:
                continue
            if alike is None or seen.type == error.type:
                alike, self._length = found, length
            if seen.type == error.type:
                break
        self.old = alike
        self.reason = "" if alike is not None else say(_NOT_SEEN)


def brief(outcome: Outcome) -> str:
    """Return what a cell has raised, in one line."""
    text = " ".join(outcome.text.split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"{outcome.kind} ({text})" if text else outcome.kind


def gated(findings: Iterable[Finding], gate: Gate) -> tuple[Finding, ...]:
    """Return findings with the fixes that let the cell come further, those that end it first."""
    return tuple(_judged(finding, gate) for finding in findings)


def _judged(finding: Finding, gate: Gate) -> Finding:
    kept: list[Fix] = []
    for fix in finding.fixes:
        judged = gate.judge(fix)
        if judged is not None:
            kept.append(judged)
    return replace(finding, fixes=tuple(sorted(kept, key=lambda fix: _order(fix, gate))))


def _order(fix: Fix, gate: Gate) -> int:
    """Rank a fix: it ends the cell, it was not tried, it comes further, it is only shown."""
    if not fix.source:
        return 3
    if gate.old is None:
        return 0
    return {"finished": 0, "not run": 1, "raised": 2}[gate.run_cell(fix.source).status]


def _with_note(fix: Fix, note: str) -> Fix:
    return replace(fix, note=" ".join(filter(None, (fix.note, note))))
