"""Experiments with the training of a report: proofs of its fixes, and tests of its rate."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from nbdiag.diagnosis import Report, is_as_judged, with_cell
from nbdiag.language import later, say, speaking
from nbdiag.schema.finding import Finding, Fix, Proof
from nbdiag.schema.range_test import RangeTest
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.proof_progress import (
    Begun,
    Place,
    Progress,
    ProofStopped,
    Tried,
    Trying,
    trying_line,
    with_proofs,
)
from nbdiag.trial.worker import CannotSend, NotLoaded, Task, reports_to, session_worker

Training = tuple[Any, dict[str, Any]]
Listener = Callable[[Progress], None]

_STAYS = later(
    "The proof runs in this process, because the training cannot be sent to another one: {reason}."
)


@dataclass(frozen=True)
class Question:
    """Which fixes are tried, and how far.

    Attributes
    ----------
    code
        The finding whose fixes are tried, "" for the top ones of the report.
    fix
        The one fix of that finding, from 0; None for its first ones.
    seeds
        To be tried at most; None for twelve.
    budget
        Seconds of CPU, None for a minute.
    here
        Whether the proof stays in this process.
    """

    code: str = ""
    fix: int | None = None
    seeds: int | None = None
    budget: float | None = None
    here: bool = False


class Known:
    """What is known of a proof while it runs.

    Parameters
    ----------
    report
        Whose fixes are tried.
    listener
        Hears of progress, too; perhaps in another thread.
    """

    def __init__(self, report: Report, listener: Listener | None = None) -> None:
        self._report = report
        self._listener = listener
        self._begun = Begun(report, ())
        self._proofs: dict[Place, Proof] = {}

    @property
    def tried(self) -> int:
        """Number of fixes whose question is decided."""
        return len(self._proofs)

    @property
    def total(self) -> int:
        """Number of fixes that are tried, 0 until the first is."""
        return len(self._begun.places)

    def hear(self, event: Progress) -> None:
        """Note how far it is."""
        if isinstance(event, Begun):
            self._begun = event
        elif isinstance(event, Tried) and event.proof.verdict != "undecided":
            self._proofs[self._begun.places[event.fix]] = event.proof
        if self._listener is not None:
            self._listener(event)

    def report(self) -> Report:
        """Return the report with the proofs that are decided."""
        if not self._proofs:
            return self._report
        with speaking(self._report.lang):
            return self._report.with_findings(with_proofs(self._begun.report, self._proofs))


def start(report: Report, training: Training, question: Question, known: Known) -> Task:
    """Begin a proof in the worker.

    Parameters
    ----------
    report
        Whose fixes are tried.
    training
        The model, and the arguments of its ``fit`` by name.
    question
        Which fixes, and how far.
    known
        Hears how far it is, in another thread.

    Returns
    -------
    Task
        Its result is what `result_of` takes.

    Raises
    ------
    nbdiag.trial.worker.CannotSend
        When the training cannot be sent to another process.
    """
    from nbdiag.trial.setup.training import Setup
    from nbdiag.trial.setup.transport import sent

    return session_worker().run(
        _in_worker, report, Setup(*training), question, progress=known.hear, pickled=sent
    )


def _in_worker(report: Report, setup: Any, question: Question) -> Report:
    return _proven(report, (setup.model, dict(setup.fit_arguments)), question)


def _proven(report: Report, training: Training, asked: Question) -> Report:
    return proven(report, training, asked.code, asked.seeds, asked.budget, fix=asked.fix)


def proven(
    report: Report,
    training: tuple[Any, dict[str, Any]],
    code: str = "",
    seeds: int | None = None,
    budget: float | None = None,
    *,
    fix: int | None = None,
) -> Report:
    """Try the top fixes of a report on copies of its training, in this process.

    Parameters
    ----------
    report
        What `diagnose` gave.
    training
        The model, and the arguments of its ``fit`` by name.
    code
        The finding whose fixes are tried; the top ones of the report by default.
    seeds
        To be tried at most: each question ends where it is decided.
    budget
        Seconds of CPU for all of it.
    fix
        The one fix of that finding to try, from 0; None for its first ones.

    Returns
    -------
    Report
        The report with proofs, its findings ranked again.
    """
    if not any(finding.fixes for finding in report.findings):
        return report
    from nbdiag.trial.learning_rate import with_found_rate
    from nbdiag.trial.selection import prove_top
    from nbdiag.trial.setup.training import Setup

    setup = Setup(*training)
    with speaking(report.lang):
        first = report.find(code) if code else report.principal
        findings = tuple(
            _with_new_cells(report.run, with_found_rate(item, setup))
            if item is first and fix is None
            else item
            for item in report.findings
        )
        asked = report.with_findings(findings)
        tried = prove_top(asked, setup, code, fix=fix, seeds=seeds, budget=budget)
        return report.with_findings(tried)


def _with_new_cells(run: TrainingRun, finding: Finding) -> Finding:
    """Write the cells of fixes that a proof has added."""
    fixes = tuple(
        fix if fix.source or fix.safety == "display" else with_cell(run, fix)
        for fix in finding.fixes
    )
    return replace(finding, fixes=fixes)


def prove(
    report: Report,
    training: Training,
    question: Question = Question(),
    listener: Listener | None = None,
    remark: Callable[[str], None] | None = None,
) -> Report:
    """Try fixes of a report on copies of its training, and wait for what comes of it.

    Parameters
    ----------
    report
        Whose fixes are tried.
    training
        The model, and the arguments of its ``fit`` by name.
    question
        Which fixes, how far, and where.
    listener
        Hears how far it is, perhaps in another thread.
    remark
        Called with a sentence where the proof cannot leave this process.

    Returns
    -------
    Report
        The report with proofs, its findings ranked again.

    Raises
    ------
    nbdiag.trial.proof_progress.ProofStopped
        At an interrupt, with what is decided by then.
    KeyboardInterrupt
        At an interrupt before the first trial.
    nbdiag.trial.worker.WorkerDied
        When the worker has ended in the middle.
    """
    if not any(finding.fixes for finding in report.findings):
        return report
    known = Known(report, listener)
    if not question.here:
        try:
            return _awaited(report, start(report, training, question, known), known)
        except (CannotSend, NotLoaded) as reason:
            if remark is not None:
                remark(stays(reason))
    with reports_to(known.hear):
        return _proven(report, training, question)


def provable(report: Report, take: Callable[[], Training | None]) -> Report:
    """Let `Report.prove` find the training of a report.

    Parameters
    ----------
    report
        A report on a watched ``fit``.
    take
        Returns the training, None when the model or the data are gone.
    """

    def prover(
        report: Report, code: str, seeds: int | None, budget: float | None, here: bool
    ) -> Report:
        training = take()
        if training is None or not is_as_judged(report, training):
            raise ValueError(
                say("The model or the data of that training are gone or have changed.")
            )
        if code and report.find(code) is None:
            raise ValueError(say("The report has no finding {code}.", code=code.upper()))
        question = Question(code.upper(), seeds=seeds, budget=budget, here=here)
        with ProgressLine() as line:
            return prove(report, training, question, line.hear, line.remark)

    return report.proved_by(prover)


class ProgressLine:
    """Shows in a terminal how far a proof is, on one line that is gone afterwards."""

    def __init__(self) -> None:
        self._stream = sys.stderr
        self._shown = self._stream is not None and self._stream.isatty()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def hear(self, event: Progress) -> None:
        """Show what is tried."""
        if isinstance(event, Trying):
            self._write(trying_line(event))

    def remark(self, text: str) -> None:
        """Show a sentence that stays."""
        if self._shown:
            self._write("")
            self._stream.write(f"{text}\n")

    def _write(self, text: str) -> None:
        if self._shown:
            self._stream.write(f"\r{text.ljust(self._width)}\r{text}")
            self._stream.flush()
            self._width = len(text)


def stays(reason: Any) -> str:
    """Report why a proof does not leave this process."""
    return say(_STAYS, reason=reason.said().rstrip("."))


def _awaited(report: Report, task: Task, known: Known) -> Report:
    try:
        return result_of(report, task)
    except KeyboardInterrupt:
        task.cancel()
        if not known.total:
            raise
        stopped = ProofStopped(known.tried, known.total)
        stopped.report = known.report()
        raise stopped from None


def result_of(report: Report, task: Task) -> Report:
    """Wait for a proof, and return the report with what it has found."""
    found: Report = task.result()
    return report.with_findings(found.findings)


def tested_rates(
    report: Report, training: tuple[Any, dict[str, Any]], fix: Fix | None
) -> tuple[RangeTest, Fix | None]:
    """Sweep the learning rates on a copy of the training of a report.

    Parameters
    ----------
    report
        What `diagnose` gave.
    training
        The model, and the arguments of its ``fit`` by name.
    fix
        What is repaired in the copy first, and in the new cell too.

    Returns
    -------
    RangeTest
        What the sweep has shown.
    Fix or None
        The cell with the proposed rate; None when none is proposed, or a sweep cannot distinguish
        it from the one that the training has (which is good to a factor of 3).

    Raises
    ------
    nbdiag.language.Reason
        When there can be no copy, or the rate follows a schedule.
    """
    from nbdiag.trial.learning_rate import set_rate
    from nbdiag.trial.rate_test import find_rate
    from nbdiag.trial.setup.training import Setup

    changes = fix.changes if fix else ()
    with speaking(report.lang):
        test = find_rate(Setup(*training), changes)
        if test.proposed is None:
            return test, None
        now = rate_of(report.run)
        near = now is not None and 1 / _AS_GOOD_AS <= now / test.proposed <= _AS_GOOD_AS
        if near and not changes:
            return test, None
        return test, with_cell(report.run, set_rate(test.proposed, changes))


# Rates are proposed as 1, 2 or 5 times a power of ten, a tenth of a place on a smoothed curve.
_AS_GOOD_AS = 3.0


def rate_of(run: TrainingRun) -> float | None:
    """Return the learning rate a training began with; None when it is not one known number."""
    rate = getattr(getattr(run.compile, "optimizer", None), "learning_rate", None)
    return rate if isinstance(rate, float) else None
