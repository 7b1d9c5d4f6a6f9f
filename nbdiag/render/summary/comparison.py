"""What has become of a training since its run before."""

import math

from nbdiag.facts.session.previous_run import continues, former
from nbdiag.language import say
from nbdiag.render.phrases import number, one_line
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import PastRun, TrainingRun


def since(report: ReportData) -> str:
    """Compare a run with the one before: its metric, and whether the cause is repaired.

    Returns
    -------
    str
        "Since the run before: validation accuracy 0.52 → 0.96. Repaired: NBD101 …"; "" for the
        first run of a training, and for one that was not trained to the end of an epoch.
    """
    run, past = report.run, former(report.run)
    if past is None or not run.history.completed:
        return ""
    return " ".join(filter(None, (_metric(past, run), _cause(past, report))))


def repaired(report: ReportData) -> tuple[int, str] | None:
    """Find the cell whose fault is gone in this run, and what its panel may say in place of it.

    Returns
    -------
    tuple or None
        Number of that cell, and "repaired in cell [4]: 0.49 → 0.97"; None where nothing of an
        earlier run of the same cell is repaired.
    """
    run, past = report.run, former(report.run)
    if past is None or not run.history.completed or not continues(past, run):
        return None
    status = next((check.status for check in report.checks if check.code == past.cause), None)
    if status != "passed":
        return None
    found = _comparable(past, run)
    if found is None:
        return past.cell, say("repaired in cell [{cell}]", cell=run.cell.number)
    _, before, now = found
    values = {"cell": run.cell.number, "before": number(before), "now": number(now)}
    return past.cell, say("repaired in cell [{cell}]: {before} → {now}", **values)


def _metric(past: PastRun, run: TrainingRun) -> str:
    found = _comparable(past, run)
    if found is None:
        return ""
    label, before, now = found
    metric = one_line(say(label.removeprefix("val_")), 40)
    values = {"metric": metric, "before": number(before), "now": number(now)}
    if label.startswith("val_"):
        return say("Since the run before: validation {metric} {before} → {now}.", **values)
    return say("Since the run before: {metric} {before} → {now}.", **values)


def _comparable(past: PastRun, run: TrainingRun) -> tuple[str, float, float] | None:
    """Find what both runs report, an accuracy before other metrics and validation first."""
    losses = tuple(item.name for item in getattr(run.compile, "losses", ()))
    now = run.history.epochs
    shared = [
        label
        for label in now
        if past.epochs.get(label) and (not _is_loss(label) or past.losses == losses)
    ]
    shared.sort(key=lambda label: (_is_loss(label), "acc" not in label, label[:4] != "val_"))
    for label in shared:
        last, new = past.epochs[label][-1], now[label][-1:]
        if new and math.isfinite(last) and math.isfinite(new[0]):
            return label, last, new[0]
    return None


def _is_loss(label: str) -> bool:
    return label.removeprefix("val_") == "loss"


def _cause(past: PastRun, report: ReportData) -> str:
    """Report whether the cause of the run before is still found, where it is the same cell's."""
    check = next((check for check in report.checks if check.code == past.cause), None)
    if check is None or not continues(past, report.run):
        return ""
    cause = f"{check.code} {say(check.name.replace('-', ' '))}"
    if check.status == "passed":
        return say("Repaired since cell {cell}: {cause}.", cell=past.cell, cause=cause)
    if report.find(check.code):
        return say("Still found, as in cell {cell}: {cause}.", cell=past.cell, cause=cause)
    return ""
