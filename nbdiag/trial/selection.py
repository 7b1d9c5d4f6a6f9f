"""Prove the fixes that a report offers first."""

from collections.abc import Sequence
from dataclasses import replace

from nbdiag.schema.finding import Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.report import ReportData
from nbdiag.trial.proof import SEEDS, prove
from nbdiag.trial.proof_progress import Begun, Place, ProofStopped, with_proofs
from nbdiag.trial.setup.training import Setup
from nbdiag.trial.worker import report as say_progress

_MOST = 4  # fixes in one proof: so many small models are tried within a minute


def prove_top(
    report: ReportData,
    setup: Setup,
    code: str = "",
    fix: int | None = None,
    seeds: int | None = None,
    budget: float | None = None,
) -> tuple[Finding, ...]:
    """Try the leading fixes of a report on copies, and rank its findings again.

    All fixes of the principal cause are tried, then the first fix of each further cause, four in
    all; or the first four of one finding.

    Parameters
    ----------
    report
        A report with causes.
    setup
        The training that was judged.
    code
        The finding whose fixes are tried, "" for the leading ones.
    fix
        The one fix of that finding to try, None for the first four.
    seeds, budget
        Seeds at most and seconds of CPU, None for those of `nbdiag.trial.proof.prove`.

    Returns
    -------
    tuple of Finding
        The findings of the report, with proofs, in their new order.

    Raises
    ------
    ProofStopped
        At an interrupt, with a report of the proofs that were finished.
    """
    places = _of(report.findings, code) if code else _top(report.findings)
    if code and fix is not None:
        places = [(places[0][0], fix)]
    rate = getattr(report.run.compile, "optimizer", None)
    first_rate = rate.learning_rate if rate is not None and rate.schedule is None else None
    start = replace(setup, learning_rate=None if isinstance(first_rate, Missing) else first_rate)
    fixes = [report.findings[finding].fixes[number] for finding, number in places]
    say_progress(Begun(report, tuple(places)))
    try:
        proofs = prove(start, fixes, SEEDS if seeds is None else range(seeds), budget=budget)
    except ProofStopped as stopped:
        finished = {places[number]: proof for number, proof in stopped.proofs.items()}
        stopped.report = report.with_findings(with_proofs(report, finished))
        raise
    return with_proofs(report, dict(zip(places, proofs, strict=True)))


def _top(findings: Sequence[Finding]) -> list[Place]:
    causes = [place for place, item in enumerate(findings) if item.role == "cause" and item.fixes]
    leading = [(place, fix) for place in causes[:1] for fix in range(len(findings[place].fixes))]
    return [*leading, *((place, 0) for place in causes[1:])][:_MOST]


def _of(findings: Sequence[Finding], code: str) -> list[Place]:
    place = [item.code for item in findings].index(code)
    return [(place, fix) for fix in range(len(findings[place].fixes))][:_MOST]
