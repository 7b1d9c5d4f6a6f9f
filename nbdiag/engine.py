"""Rules to findings: each rule isolated, causes ranked, symptoms tied to causes."""

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass, replace

from nbdiag.facts.cache import remembering
from nbdiag.facts.data.overflow import without_overflow
from nbdiag.facts.optimization.swept_rate import sweep_of, without_outcome
from nbdiag.language import checked, say, speaking
from nbdiag.rules import Rule, Skipped, all_rules, unreadable
from nbdiag.schema.finding import Check, Evidence, Finding, Fix
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.text.lines import run_with_plain_ends

_SEVERITIES = ("error", "warning", "info")
_CONFIDENCES = ("proven", "measured", "suspected")
_ROLES = ("cause", "symptom", "advice")


@dataclass(frozen=True)
class Settings:
    """Which rules are heard, and in which language they speak.

    Attributes
    ----------
    select, ignore
        Codes or their beginnings ("NBD1", "NBD301"); an empty ``select`` means all.
    lang
        One of `nbdiag.language.LANGUAGES`.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    lang: str = "en"

    def __post_init__(self) -> None:
        """Refuse a language that nbdiag does not speak, before a training is watched in it."""
        checked(self.lang)

    def hears(self, code: str) -> bool:
        """Whether the rule with that code is to run."""
        return (not self.select or _matches(code, self.select)) and not _matches(code, self.ignore)


def judge(run: TrainingRun, settings: Settings | None = None) -> ReportData:
    """Judge a run with every rule that the settings let through.

    Parameters
    ----------
    run
        The recorded training.
    settings
        Which rules are heard, and in which language; all, in English, by default.

    Returns
    -------
    ReportData
        Findings ranked, principal cause first. A rule that raises, and a rule file that cannot
        be imported, is "crashed" on the checklist and changes nothing else.
    """
    settings = settings or Settings()
    run = run_with_plain_ends(run)
    # A range test trains nothing: it is judged like a training that has not begun.
    judged = without_outcome(run) if sweep_of(run) else run
    sound = without_overflow(judged.data)
    judged = judged if sound is judged.data else replace(judged, data=sound)
    findings: list[Finding] = []
    checks: list[Check] = []
    with speaking(settings.lang), remembering():
        for rule in all_rules():
            if settings.hears(rule.code):
                found, check = _run_rule(rule, judged)
                findings += map(_said, found)
                checks.append(replace(check, reason=say(check.reason)) if check.reason else check)
    checks += [check for check in unreadable() if settings.hears(check.code)]
    checks.sort(key=lambda check: check.code)
    return ReportData(rank(findings), tuple(checks), run, settings.lang)


def rank(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order findings and tie symptoms to the causes that explain them.

    A cause that is only another one seen from a different side is dropped, unless it is the more
    severe of the two. A cause with a fix that was tried and is better leads. Of the others the more
    severe goes first. Of those, what only saw that steps were too few or too small
    (`Rule.residual`) is ranked after what may be the reason for it. Then the better known leads: a
    contradiction proven from the configuration beats what was measured, and that beats tuning
    advice. Then the one that explains more of the symptoms seen (what a symptom brings with it, its
    cause explains, too), then the lower code. Within a finding a fix that was tried and is better
    comes first, and one that does worse last. Symptoms follow in the order of the causes that
    explain them; unexplained ones come after those, and advice last.
    """
    kept = _without_superseded(tuple(findings))
    symptoms = {item.code: item.explains for item in kept if item.role == "symptom"}
    residual = frozenset(rule.code for rule in all_rules() if getattr(rule, "residual", False))
    tied = [
        replace(item, explains=_explained(item, symptoms), fixes=_by_proof(item.fixes))
        for item in kept
    ]
    causes = sorted(
        (item for item in tied if item.role == "cause"), key=lambda item: _weight(item, residual)
    )
    order: dict[str, int] = {}
    for place, cause in reversed(list(enumerate(causes))):
        order |= dict.fromkeys(cause.explains, place)
    rest = sorted(
        (item for item in tied if item.role != "cause"),
        key=lambda item: (
            _ROLES.index(item.role),
            order.get(item.code, len(causes)),
            *_weight(item, residual),
        ),
    )
    return (*causes, *rest)


def _without_superseded(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    dropped = {
        code
        for item in findings
        for code in item.supersedes
        for other in findings
        if other.code == code != item.code
        and _SEVERITIES.index(item.severity) <= _SEVERITIES.index(other.severity)
        # Two rules that supersede each other would both vanish: the first code stays.
        and not (item.code in other.supersedes and other.code < item.code)
    }
    return tuple(item for item in findings if item.code not in dropped)


def _explained(item: Finding, symptoms: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Symptoms that follow from a cause, directly or by way of another symptom."""
    if item.role != "cause":
        return ()
    reached: dict[str, None] = {}
    waiting = list(item.explains)
    while waiting:
        code = waiting.pop(0)
        if code in symptoms and code not in reached:
            reached[code] = None
            waiting += symptoms[code]
    return tuple(reached)


def _by_proof(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
    """Order fixes by what trying them has shown; the others keep their place."""
    places = {"better": -1, "worse": 1, "failed": 1}
    return tuple(
        sorted(fixes, key=lambda fix: places.get(fix.proof.verdict, 0) if fix.proof else 0)
    )


def _weight(item: Finding, residual: frozenset[str]) -> tuple[bool, int, bool, int, int, str]:
    proven = any(fix.proof and fix.proof.verdict == "better" for fix in item.fixes)
    return (
        not proven,
        _SEVERITIES.index(item.severity),
        item.code in residual,
        _CONFIDENCES.index(item.confidence),
        -len(item.explains),
        item.code,
    )


def _run_rule(rule: type[Rule], run: TrainingRun) -> tuple[list[Finding], Check]:
    try:
        found = list(rule().check(run))
    except Skipped as reason:
        return [], Check(rule.code, rule.name, "skipped", str(reason))
    except Exception as problem:  # noqa: BLE001 - one rule's failure must never reach the user's cell
        reason_text = f"{type(problem).__name__}: {problem}"
        return [], Check(rule.code, rule.name, "crashed", reason_text)
    return found, Check(rule.code, rule.name, "found" if found else "passed")


def _said(found: Finding) -> Finding:
    """Translate the fixed texts of a finding.

    Words beside a mark stay English: whether the picture can show others depends on its fonts.
    """
    return replace(
        found,
        message=say(found.message),
        evidence=tuple(
            Evidence(say(item.name), say(item.observed), say(item.expected), say(item.source))
            for item in found.evidence
        ),
        fixes=tuple(replace(fix, title=say(fix.title), note=say(fix.note)) for fix in found.fixes),
    )


def _matches(code: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(code, f"{pattern.upper()}*") for pattern in patterns)
