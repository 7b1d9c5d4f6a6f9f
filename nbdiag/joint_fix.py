"""One fix for the faults that belong together.

Real programs seldom have one fault. Repaired alone, the principal cause leaves a cell that fails on
the next one, and the user clicks from fault to fault. So the principal cause's first fix repairs,
with it, what was found besides and would hold the training back, and what the repair itself asks
for. The single fix comes after it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from nbdiag.engine import Settings, judge
from nbdiag.facts.optimization.updates import first_rate
from nbdiag.facts.training.verdict import ending_of
from nbdiag.fixes.conflicts import contradiction, merged
from nbdiag.fixes.predict import imagine, imagined_steps
from nbdiag.fixes.restart import FEW_STEPS, NO_STEPS, epochs_to_begin_with, rate_at_unit_scale
from nbdiag.fixes.training_time import longer_title
from nbdiag.language import say
from nbdiag.schema.changes import Change, SetFitArgument, SetOptimizerArgument, TextChange
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import TrainingRun

_LOUD = ("error", "warning")
# What a training starts from: it can be judged before the first step of the repaired one.
_PREPARATION = ("inputs", "targets")
# What can be set right beside a graver fault without trading anything but time.
_HARMLESS = ("metrics", "epochs", "split")


@dataclass
class _Whole:
    """A repair in the making."""

    run: TrainingRun
    titles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    safe: bool = True
    changes: tuple[Change, ...] = ()

    def take(self, finding: Finding) -> None:
        """Add the first fix of a finding, unless it contradicts what is there."""
        fix = finding.fixes[0]
        if finding.code in self.codes or contradiction(self.run, self.changes, fix.changes):
            return
        changes = merged([self.changes, fix.changes])
        if changes == self.changes:
            return
        self.changes = changes
        self.titles.append(fix.title)
        self.codes.append(finding.code)
        self.safe = self.safe and fix.safety == "safe"
        if fix.note:
            self.notes.append(fix.note)

    def add(self, change: Change, title: str, note: str) -> None:
        """Add what the repair asks for."""
        self.changes = merged([self.changes, (change,)])
        self.titles.append(title)
        self.notes.append(note)
        self.safe = False


def with_whole_repair(report: ReportData, settings: Settings | None = None) -> tuple[Finding, ...]:
    """Put one fix for all that belongs together first among those of the principal cause.

    Parameters
    ----------
    report
        A judged run.
    settings
        Which rules are heard: what the others say is not repaired.

    Returns
    -------
    tuple of Finding
        The findings of the report. The principal cause has one fix more where there is something
        to repair with it; its own fixes follow.
    """
    principal = report.principal
    if principal is None or report.run.error is not None or not _can_join(principal):
        return report.findings
    whole = _Whole(report.run)
    whole.take(principal)
    if principal.severity in _LOUD:
        for finding in _companions(principal, report.findings):
            whole.take(finding)
        for finding in _exposed(whole, settings or Settings()):
            whole.take(finding)
    _add_restart(whole)
    if len(whole.titles) == 1:
        return report.findings
    fix = Fix(
        say("Repair together: {titles}", titles=" + ".join(whole.titles)),
        "safe" if whole.safe else "review",
        whole.changes,
        note=" ".join(dict.fromkeys(whole.notes)),
        repairs=tuple(whole.codes),
    )
    joined = replace(principal, fixes=(fix, *principal.fixes))
    return tuple(joined if item is principal else item for item in report.findings)


def _companions(principal: Finding, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Return the other causes that are repaired with the principal one, in their order."""
    symptoms = {item.code: item.severity for item in findings if item.role == "symptom"}
    severe = {code for code, severity in symptoms.items() if severity == "error"}
    for item in findings:
        if item is principal or item.role != "cause" or not _can_join(item):
            continue
        # Once a certain cause is gone, what was merely suspected may turn out to be innocent.
        doubtful = item.confidence == "suspected" and principal.confidence != "suspected"
        # Where all is suspicion, nobody knows which of several suspects it was; but what explains
        # none of the symptoms that the principal explains is not asked for.
        both = {*item.explains} & {*principal.explains}
        suspects = item.confidence == principal.confidence == "suspected"
        if item.severity in _LOUD:
            asked = not both.isdisjoint(symptoms) or item.aspect in _HARMLESS
            belongs = not doubtful and (asked or not suspects)
        else:
            alike = suspects and not severe.isdisjoint(both)
            belongs = item.aspect in _HARMLESS or _is_arithmetic(item) or alike
        if belongs:
            yield item


def _is_arithmetic(finding: Finding) -> bool:
    """Whether it hides rows or answers by its numbers alone, whatever the training does."""
    return finding.aspect == "regularization" and finding.confidence == "proven"


def _exposed(whole: _Whole, settings: Settings) -> Iterator[Finding]:
    """Return what would be wrong with the data before the first step of the repaired training."""
    imagined = imagine(whole.run, whole.changes)
    for item in judge(imagined, settings).findings:
        wanted = item.role == "cause" and item.severity in _LOUD and item.aspect in _PREPARATION
        if wanted and _can_join(item):
            yield item


def _add_restart(whole: _Whole) -> None:
    """Add the rate and the length that a repaired training needs to show that it is repaired."""
    run = whole.run
    rate = rate_at_unit_scale(run, whole.changes)
    if rate is not None:
        whole.add(
            SetOptimizerArgument("learning_rate", rate),
            say("Raise the learning rate to {rate:g}", rate=rate),
            say(
                "A learning rate of {rate:g} suited the unscaled numbers; at unit scale its "
                "steps would be too short.",
                rate=first_rate(run),
            ),
        )
    if ending_of(run).verdict not in ("fair", "failed"):
        return
    least = FEW_STEPS if len(whole.titles) > 1 else NO_STEPS
    epochs = epochs_to_begin_with(run, whole.changes, least)
    if epochs is not None:
        whole.add(
            SetFitArgument("epochs", epochs),
            longer_title(run, epochs),
            say(
                "{epochs} epochs with {steps} steps in all are too few to show whether the "
                "repaired model learns.",
                epochs=run.fit.epochs,
                steps=_planned_steps(run, whole.changes),
            ),
        )


def _planned_steps(run: TrainingRun, changes: tuple[Change, ...]) -> int:
    steps = imagined_steps(run, changes)
    each = 0 if isinstance(steps, Missing) else steps
    return each * (run.fit.epochs - run.fit.initial_epoch)


def _can_join(finding: Finding) -> bool:
    if not finding.fixes:
        return False
    fix = finding.fixes[0]
    text = any(isinstance(change, TextChange) for change in fix.changes)
    return bool(fix.changes) and fix.safety != "display" and not text
