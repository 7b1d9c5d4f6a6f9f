"""A repair found among many candidates, each judged by Keras on a few samples."""

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from nbdiag.edits import NewCell, write_cell
from nbdiag.edits.new_cell import diff
from nbdiag.engine import judge
from nbdiag.fixes.candidates import Candidate, candidates_of
from nbdiag.fixes.gate import objection
from nbdiag.language import say
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.dry_run.cell_run import Outcome
from nbdiag.trial.dry_run.fix_gate import Gate

MOST_EDITS = 3
MOST_TRIES = 30
# A fix of a rule that knows the exception is likelier than what is only near.
_OF_A_RULE = 0.8
# Each edit more makes it less likely that the whole is what was meant.
_EACH_EDIT = 1.0
_LABELS = ("NBD1", "NBD4")


@dataclass(frozen=True)
class Repair:
    """Edits after which the cell runs to its end.

    Attributes
    ----------
    edits
        One after the other.
    fix
        All of them in one cell.
    """

    edits: tuple[Candidate, ...]
    fix: Fix


@dataclass(order=True)
class _State:
    """A text in the queue."""

    cost: float
    number: int
    run: TrainingRun = field(compare=False)
    outcome: Outcome = field(compare=False)
    edits: tuple[Candidate, ...] = field(compare=False)
    source: str = field(compare=False)


def find_repair(gate: Gate, findings: tuple[Finding, ...]) -> Repair | None:
    """Find the cheapest edits after which a cell runs to its end.

    Parameters
    ----------
    gate
        What tries a cell; its budget ends the search.
    findings
        What the rules have found: their fixes have been tried, those that come further lead on.

    Returns
    -------
    Repair or None
        None when there is none within the budget.
    """
    if gate.old is None:
        return None
    return _Search(gate).find(findings)


class _Search:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._queue: list[_State] = []
        self._numbers = itertools.count()
        self._seen = {_plain(gate.run.cell.source)}
        self._tries = 0

    def find(self, findings: tuple[Finding, ...]) -> Repair | None:
        """Try texts in the order of their costs."""
        old = self._gate.old
        if old is None:
            return None
        self._expand(self._gate.run, old, ())
        self._follow(findings)
        while self._queue and self._tries < MOST_TRIES and self._gate.left > 0:
            state = heapq.heappop(self._queue)
            self._tries += 1
            found = self._gate.run_cell(state.source)
            if found.status == "finished":
                if not _misreads(found):
                    return _repair(self._gate.run, state)
            elif (
                found.run is not None
                and len(state.edits) < MOST_EDITS
                and (found.is_further_than(state.outcome) or _differs(found, state.outcome))
            ):
                self._expand(found.run, found, state.edits)
        return None

    def _follow(self, findings: tuple[Finding, ...]) -> None:
        """Go on from the fixes of rules that let the cell come further."""
        for finding in findings:
            for fix in finding.fixes:
                found = self._gate.run_cell(fix.source) if fix.source else None
                if found is not None and found.status == "raised" and found.run is not None:
                    edit = Candidate(
                        _OF_A_RULE, fix.title, finding.message, finding.aspect, fix.changes
                    )
                    self._expand(found.run, found, (edit,))

    def _expand(self, run: TrainingRun, outcome: Outcome, edits: tuple[Candidate, ...]) -> None:
        """Put what may repair a failure into the queue."""
        spent = sum(edit.cost + _EACH_EDIT for edit in edits)
        followed = _of_rules(run) if edits else iter(())
        for edit in (*followed, *candidates_of(run)):
            cell = _written(run, edit)
            if cell is None or _plain(cell.source) in self._seen:
                continue
            self._seen.add(_plain(cell.source))
            if objection(run, edit.changes, cell.source):
                continue
            state = _State(
                spent + edit.cost, next(self._numbers), run, outcome, (*edits, edit), cell.source
            )
            heapq.heappush(self._queue, state)


def _written(run: TrainingRun, edit: Candidate) -> NewCell | None:
    """Write a candidate into the text; None where that cannot be done with certainty."""
    try:
        cell = write_cell(run, edit.changes)
    except Exception:  # noqa: BLE001 - one candidate of many
        return None
    return cell if cell.edited and not cell.live else None


def _of_rules(run: TrainingRun) -> Iterator[Candidate]:
    """Yield the fixes of the rule that knows the next exception."""
    for finding in judge(run).findings:
        if finding.code.startswith("NBD8"):
            for fix in finding.fixes:
                if fix.changes and fix.safety != "display":
                    yield Candidate(
                        _OF_A_RULE, fix.title, finding.message, finding.aspect, fix.changes
                    )


def _differs(found: Outcome, before: Outcome) -> bool:
    """Whether something else is raised in the same place, so that an edit may have helped."""
    same = found.place == before.place
    return same and found.status == "raised" and _words(found) != _words(before)


def _words(outcome: Outcome) -> tuple[str, str]:
    # Numbers of layers and shapes differ where the mistake is the same.
    text = "".join(letter for letter in outcome.text if letter.isalpha() or letter == " ")
    return outcome.kind, text[:120]


def _misreads(found: Outcome) -> bool:
    """Whether a training that runs reads its labels wrongly, as its settings alone prove."""
    if found.run is None:
        return False
    return any(
        item.severity == "error" and item.confidence == "proven" and item.code.startswith(_LABELS)
        for item in judge(found.run).findings
    )


def _repair(run: TrainingRun, state: _State) -> Repair:
    title = " + ".join(edit.title for edit in state.edits)
    note = say("Tried on a few samples: it runs to its end.")
    changes = tuple(change for edit in state.edits for change in edit.changes)
    own = run.cell.source
    fix = Fix(title, "review", changes, state.source, diff(own, state.source), note)
    return Repair(state.edits, fix)


def _plain(source: str) -> str:
    return "".join(source.split())
