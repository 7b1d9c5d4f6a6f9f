"""The fixes of the reports about a cell that failed, tried before they are offered."""

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import replace
from typing import Any

from nbdiag.crash.search import Repair, find_repair
from nbdiag.diagnosis import Report
from nbdiag.edits import write_cell
from nbdiag.language import speaking
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.dry_run.fix_gate import Gate, gated

_FAMILY = "NBD8"
_UNKNOWN = "NBD824"
BUDGET = 60.0
"""Seconds of processor time for all tries of one failure."""


def with_tried_fixes(
    reports: Sequence[Report],
    failed: TrainingRun,
    namespace: MutableMapping[str, Any],
    cell_of: Callable[[str], int | None],
    budget: float = BUDGET,
) -> tuple[Report, ...]:
    """Return the reports of a cell that failed with the fixes that let it come further.

    A training that went well is repaired by no cell that fails after it, either.

    Parameters
    ----------
    reports
        What `nbdiag.diagnosis.diagnose` gave for each run of the cell.
    failed
        The run that holds the exception.
    namespace
        The user's names, as the failed cell has left them; it is left so.
    cell_of
        Gives the number of the cell whose code has a file name.
    budget
        Seconds of processor time.
    """
    with speaking(reports[0].lang):
        gate = Gate(failed, namespace, cell_of, budget)
        judged = [report.with_findings(gated(report.findings, gate)) for report in reports]
        crash = next((n for n, report in enumerate(judged) if _is_of(report, failed)), None)
        if crash is None or gate.old is None or _is_repaired(judged[crash].findings, gate):
            return tuple(judged)
        repair = find_repair(gate, judged[crash].findings)
        if repair is not None:
            findings = _explained(judged[crash].findings, repair)
            judged[crash] = judged[crash].with_findings(findings)
        return tuple(judged)


def _is_of(report: Report, failed: TrainingRun) -> bool:
    return report.run.error is not None and report.run.fit_number == failed.fit_number


def _is_repaired(findings: Sequence[Finding], gate: Gate) -> bool:
    """Whether a fix of a rule lets the cell run to its end."""
    return any(
        gate.run_cell(fix.source).status == "finished"
        for finding in findings
        if finding.code.startswith(_FAMILY)
        for fix in finding.fixes
        if fix.source and not _is_live(gate.run, fix)
    )


def _is_live(run: TrainingRun, fix: Fix) -> bool:
    """Whether a fix rebuilds the model instead of editing the user's text."""
    return write_cell(run, fix.changes).live


def _explained(findings: Sequence[Finding], repair: Repair) -> tuple[Finding, ...]:
    """Put a repair first, and let it say what was wrong where it shows that no rule knew."""
    place = next(
        (n for n, item in enumerate(findings) if item.code.startswith(_FAMILY)), None
    )  # fmt: skip
    if place is None:
        return tuple(findings)
    found = findings[place]
    kept = tuple(fix for fix in found.fixes if fix.source)
    found = replace(found, fixes=(repair.fix, *kept))
    first = repair.edits[0]
    if found.code == _UNKNOWN or found.aspect != first.aspect:
        found = replace(found, message=first.message, aspect=first.aspect)
    return (*findings[:place], found, *findings[place + 1 :])
