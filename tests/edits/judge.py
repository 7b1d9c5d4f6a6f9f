"""Whether a new cell is right: run it, compare what it sets up, look at every line."""

import re
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbdiag.edits import NewCell, write_cell
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Change, RemoveLayer, ReplaceLayer
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.text.parsed_cell import ParsedCell, parse_cell
from tests.edits.corpus import Case, changes_for
from tests.edits.notebooks import make_run
from tests.edits.oracle import comparable, expected, setup_of


@dataclass(frozen=True)
class Result:
    """What became of one change.

    ``verdict`` is "correct", "refused" (as it must be), "needless" (refused, but possible) or
    "wrong".
    """

    verdict: str
    reason: str
    source: str
    milliseconds: float


def judge(case: Case, *, sites: bool, share: int = 1, timed: bool = False) -> dict[str, Result]:
    """Try every change on a case, or a share of them that does not hang on what others there are.

    Where it is timed, each change meets a cell that has not been read yet.
    """
    *earlier, cell = case.cells
    run = make_run(cell, *earlier, sites=sites, fit=case.fit)
    before = setup_of(case.cells, case.fit)
    results: dict[str, Result] = {}
    found = changes_for(run)
    drawn = sorted(found, key=lambda name: zlib.crc32(f"{case.name} {name}".encode()))
    for name in drawn[: -(-len(drawn) // share)]:
        changes = found[name]
        if timed:
            parse_cell.cache_clear()
        start = time.process_time()
        new = write_cell(run, changes)
        milliseconds = 1000 * (time.process_time() - start)
        results[name] = _judge(case, name, run, before, changes, new, milliseconds)
    return results


def _judge(
    case: Case,
    name: str,
    run: TrainingRun,
    before: dict[str, Any],
    changes: Sequence[Change],
    new: NewCell,
    milliseconds: float,
) -> Result:
    by_names = isinstance(run.fit.site, Missing)
    refused = case.refused | case.refused_by_names if by_names else case.refused
    if new.live or not new.edited:
        verdict = "refused" if name in refused else "needless"
        return Result(verdict, new.note, new.source, milliseconds)
    try:
        problem = faults(case, run, before, changes, new)
    except Exception as error:  # noqa: BLE001 - a cell that raises is a wrong cell
        problem = f"{type(error).__name__}: {error}"
    if not problem and name in refused:
        problem = "edited although it should be refused"
    return Result("wrong" if problem else "correct", problem, new.source, milliseconds)


def faults(
    case: Case,
    run: TrainingRun,
    before: dict[str, Any],
    changes: Sequence[Change],
    new: NewCell,
) -> str:
    """Say what is wrong with a new cell, "" for nothing."""
    *earlier, cell = case.cells
    after = comparable(setup_of([*earlier, new.source], case.fit))
    wanted = comparable(expected(before, changes))
    if after != wanted:
        return f"sets up something else: {difference(wanted, after)}"
    if lost := lost_comments(cell, new.source):
        return f"comments lost: {lost}"
    if new.source.split("\n")[0] != cell.split("\n")[0]:
        return "the first line has changed"
    if any(new.source != text for text in second_time(case, run, changes, new)):
        return f"not the same a second time:\n{second_time(case, run, changes, new)}"
    return ""


def second_time(case: Case, run: TrainingRun, changes: Sequence[Change], new: NewCell) -> list[str]:
    """Apply the same changes to the new cell: as a run of its own, and as the old run's cell."""
    *earlier, _ = case.cells
    sites = not isinstance(run.fit.site, Missing)
    taken = {change.layer for change in changes if isinstance(change, RemoveLayer | ReplaceLayer)}
    classes = [item.class_name for item in run.model.layers]
    if any(item.name in taken and classes.count(item.class_name) > 1 for item in run.model.layers):
        return []  # the next layer of that class has the name now
    fresh = write_cell(make_run(new.source, *earlier, sites=sites, fit=case.fit), changes)
    stale = write_cell(replace(run, cell=Cell(run.cell.number, new.source)), changes)
    # The old run does not know the layers of the new cell: it may refuse, but not write another.
    return [
        item.source for item in (fresh, stale) if item is fresh or (item.edited and not item.live)
    ]


def difference(wanted: Any, found: Any, place: str = "") -> str:
    """Give the first place where two values differ."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in wanted.keys() | found.keys():
            if wanted.get(key) != found.get(key):
                return difference(wanted.get(key), found.get(key), f"{place}.{key}")
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
            if one != other:
                return difference(one, other, f"{place}[{number}]")
    return f"{place}: expected {str(wanted)[:150]}, found {str(found)[:150]}"


def lost_comments(old: str, new: str) -> list[str]:
    """Comments of a text that another text does not have."""
    found = Counter(_comments(new))
    return [
        comment
        for comment in _comments(old)
        if not found.subtract([comment]) and found[comment] < 0
    ]


def _comments(text: str) -> list[str]:
    page = ParsedCell(text)
    return [re.sub(r"\s+$", "", page.source[start:end]) for start, end in page.comments]
