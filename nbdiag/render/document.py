"""What a report says and in which order, before it becomes text, HTML or widgets."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import later, say, say_count
from nbdiag.render.phrases import clean, listed, one_line
from nbdiag.render.summary.caveats import remarks
from nbdiag.render.summary.comparison import since
from nbdiag.render.summary.soundness import sound
from nbdiag.schema.finding import Check, Finding, Fix
from nbdiag.schema.report import ReportData

Tone = Literal["error", "warning", "calm", "failed"]

_STATES = ("found", "crashed", "skipped", "passed")
_COUNTED = {
    "found": later("{number} found"),
    "crashed": later("{number} crashed"),
    "skipped": later("{number} skipped"),
    "passed": later("{number} passed"),
}

_FAMILIES = {
    "1": later("Output and loss"),
    "2": later("Optimizer"),
    "3": later("Curves"),
    "4": later("Data"),
    "5": later("Layers"),
    "6": later("Gradients"),
    "7": later("Notebook"),
    "8": later("Crashes"),
}
_OTHERS = later("Others")  # a plug-in's rules have other codes

MANY = 0.25
"""Share of the checks that could not judge from which on that is said first: a training by Keras'
own means leaves 2 to 15 % open, a custom loss 28 %, a model whose outputs are not known 45 %."""


@dataclass(frozen=True)
class Section:
    """A cause with the symptoms that follow from it."""

    cause: Finding
    symptoms: tuple[Finding, ...]


@dataclass(frozen=True)
class Family:
    """Checks of one kind that were passed."""

    name: str
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class ReportDocument:
    """A report in the order in which it is read.

    Attributes
    ----------
    tone
        "error" and "warning" after the gravest finding, "failed" when the cell raised and no rule
        knows why, "calm" when nothing is wrong.
    headline
        The principal cause with its numbers, or that there is none.
    remarks
        What else must be known to read the report: the cell failed, it had several fits …
    since
        What has become of the training since its run before, "" without one.
    sections
        Causes that matter, the principal one first.
    alone
        Symptoms that matter and that no cause found explains.
    notes
        Advice, and what is only worth knowing: symptoms among it that no cause explains.
    checks
        The checklist: found, crashed, skipped, passed.
    """

    tone: Tone
    headline: str
    remarks: tuple[str, ...]
    since: str
    sections: tuple[Section, ...]
    alone: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    checks: tuple[Check, ...]


def outline(report: ReportData) -> ReportDocument:
    """Put a report in reading order."""
    matter = tuple(item for item in report.findings if item.severity != "info")
    causes = tuple(
        item
        for item in report.findings
        if item.role == "cause" and (item.severity != "info" or item.explains)
    )
    symptoms = tuple(item for item in report.findings if item.role == "symptom")
    sections: list[Section] = []
    told: set[str] = set()
    for cause in causes:
        follow = [item for item in symptoms if item.code in cause.explains]
        sections.append(Section(cause, tuple(item for item in follow if item.code not in told)))
        told.update(item.code for item in follow)
    left = tuple(item for item in symptoms if item.code not in told)
    alone = tuple(item for item in left if item in matter)
    placed = {id(item) for item in (*causes, *symptoms) if item not in left or item in alone}
    return ReportDocument(
        tone=_tone(report, matter),
        headline=_headline(report, causes, alone),
        remarks=(*remarks(report.run), *_offer(report)),
        since=since(report),
        sections=tuple(sections),
        alone=alone,
        notes=tuple(item for item in report.findings if id(item) not in placed),
        checks=tuple(
            sorted(report.checks, key=lambda check: (_STATES.index(check.status), check.code))
        ),
    )


def _offer(report: ReportData) -> tuple[str, ...]:
    """Offer experiments where a training went badly and no error or warning names its cause."""
    grave = {item.role for item in report.findings if item.severity != "info"}
    if "cause" in grave or "symptom" not in grave or ending_of(report.run).verdict != "failed":
        return ()
    command = "%traindiag investigate"
    return (
        say(
            "No rule names a cause: {command} looks for one by experiments on copies.",
            command=command,
        ),
    )


def headline_of(report: ReportData, most: int = 300) -> str:
    """Summarise a report in a line, with the number of its fit."""
    run, order = report.run, outline(report)
    code = f"{order.sections[0].cause.code} " if order.sections else ""
    place = say("Fit {number} of {all}:", number=run.fit_number, all=run.fits)
    return f"{place} {code}{one_line(order.headline, most)}"


def tally(checks: tuple[Check, ...]) -> str:
    """Sum the checklist up: "1 found, 20 passed, 3 skipped"."""
    counts = {state: sum(check.status == state for check in checks) for state in _STATES}
    parts = [say(_COUNTED[state], number=counts[state]) for state in ("found", "passed")]
    parts += [
        say(_COUNTED[state], number=counts[state])
        for state in ("skipped", "crashed")
        if counts[state]
    ]
    return say(", ").join(parts)


def families(checks: tuple[Check, ...]) -> tuple[Family, ...]:
    """Group the checks that were passed by what they look at."""
    passed = [check for check in checks if check.status == "passed"]
    keys = sorted({check.code[3:4] for check in passed})
    return tuple(
        Family(
            family_of(f"NBD{key}"),
            tuple(check for check in passed if check.code[3:4] == key),
        )
        for key in keys
    )


def family_of(code: str) -> str:
    """Return what the rules of a code's hundreds look at."""
    return say(_FAMILIES.get(code[3:4], _OTHERS))


def named(findings: tuple[Finding, ...]) -> str:
    """Name findings in a row: "frozen training, stuck loss"."""
    return say(", ").join(title(item) for item in findings)


def command(finding: Finding, fix: Fix) -> str:
    """Return the line magic that puts this fix into a new cell."""
    place = next(at for at, item in enumerate(finding.fixes, 1) if item is fix)
    return f"%traindiag fix {finding.code}" + (f" {place}" if place > 1 else "")


def safety_words(fix: Fix) -> str:
    """Return in a word or two how sure a fix is."""
    return say("by hand") if fix.safety == "display" else say(fix.safety)


def can_insert(fix: Fix) -> bool:
    """Whether the fix comes with a cell that a button may insert."""
    return bool(fix.source) and fix.safety != "display"


def title(finding: Finding) -> str:
    """Write the finding's name as words: "frozen training"."""
    return say(finding.name.replace("-", " "))


def name_of(check: Check) -> str:
    """Name a check: as it is written in English, as words in a language that has some for it."""
    words = check.name.replace("-", " ")
    said = say(words)
    return check.name if said == words else said


def _tone(report: ReportData, matter: tuple[Finding, ...]) -> Tone:
    if not matter:
        return "failed" if report.run.error else "calm"
    return "error" if any(item.severity == "error" for item in matter) else "warning"


def _headline(report: ReportData, causes: tuple[Finding, ...], alone: tuple[Finding, ...]) -> str:
    if causes:
        return clean(causes[0].message)
    if alone:
        return f"{clean(alone[0].message)} {say('No rule knows the cause.')}"
    if report.run.error:
        return say("Your cell failed, and no rule knows why.")
    return _all_clear(report)


def _all_clear(report: ReportData) -> str:
    """Report that nothing was found, and how much could be judged where that was not nearly all."""
    checks = report.checks
    passed = sum(check.status == "passed" for check in checks)
    reasons = [check.reason for check in checks if check.status == "skipped"]
    if len(reasons) > MANY * len(checks):
        return say(
            "Nothing found among {passed} checks; {skipped} could not judge, mostly because "
            "{reason}.",
            passed=passed,
            skipped=len(reasons),
            reason=clean(Counter(reasons).most_common(1)[0][0]),
        )
    if said := sound(report.run):
        return said
    rest = [
        say(_COUNTED[state], number=number)
        for state in ("skipped", "crashed")
        if (number := sum(check.status == state for check in checks))
    ]
    counted = say_count("{number} check passed", "{number} checks passed", passed)
    return say("No fault found: {checks}.", checks=listed([counted, *rest]))
