"""What a training would need, where no rule knows: experiments on copies, and their finding."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Any

from nbdiag.diagnosis import Report, is_as_judged, with_cell
from nbdiag.engine import rank
from nbdiag.experiments import Training, stays
from nbdiag.language import Reason, say, speaking
from nbdiag.schema.finding import Finding
from nbdiag.trial.worker import CannotSend, NotLoaded, Task, reports_to, session_worker

_WAIT = 0.2  # seconds between looks at what has come

Said = Callable[[str], None]


@dataclass(frozen=True)
class Investigation:
    """What an investigation has found.

    Attributes
    ----------
    report
        The report, with a finding more where a change makes the training work.
    lines
        What was said of each step.
    """

    report: Report
    lines: tuple[str, ...]

    @property
    def finding(self) -> Finding | None:
        """What was found, None for nothing."""
        from nbdiag.trial.investigation.sentences import CODE

        return self.report.find(CODE)

    def __str__(self) -> str:
        return "\n".join(self.lines)


def investigate(
    report: Report,
    training: Training,
    budget: float | None = None,
    here: bool = False,
    said: Said = lambda _: None,
) -> Investigation:
    """Look by experiments for what a training would need, and wait for it.

    Parameters
    ----------
    report
        On the training.
    training
        The model, and the arguments of its ``fit`` by name.
    budget
        Seconds of CPU, None for a minute.
    here
        Whether to stay in this process.
    said
        Called in this thread with a line for each step, as it ends.

    Returns
    -------
    Investigation
        The report with what was found, and the lines.

    Raises
    ------
    nbdiag.trial.worker.WorkerDied
        When the worker has ended in the middle.
    """
    with speaking(report.lang):
        lines: list[str] = []

        def tell(text: str) -> None:
            lines.append(text)
            said(text)

        found = _found(report, training, budget, here, tell)
        others = tuple(item for item in report.findings if found is None or item.code != found.code)
        if found is None:
            return Investigation(report, tuple(lines))
        # What a training that works does not show is explained by what makes it work.
        written = replace(
            found,
            fixes=tuple(with_cell(report.run, fix) for fix in found.fixes),
            explains=tuple(item.code for item in others if item.role == "symptom"),
        )
        return Investigation(report.with_findings(rank((*others, written))), tuple(lines))


def investigable(report: Report, take: Callable[[], Training | None]) -> Report:
    """Let `Report.investigate` find the training of a report.

    Parameters
    ----------
    report
        A report on a watched ``fit``.
    take
        Returns the training, None when the model or the data are gone.
    """

    def investigator(report: Report, budget: float | None, here: bool) -> Report:
        training = take()
        if training is None or not is_as_judged(report, training):
            raise ValueError(
                say("The model or the data of that training are gone or have changed.")
            )
        return investigate(report, training, budget, here, _write).report

    return report.investigated_by(investigator)


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _found(
    report: Report, training: Training, budget: float | None, here: bool, tell: Said
) -> Finding | None:
    from nbdiag.trial.investigation.own_result import own_skill
    from nbdiag.trial.setup.training import Setup
    from nbdiag.trial.setup.transport import sent

    setup = Setup(*training)
    try:
        own = own_skill(setup)
    except Reason as reason:
        tell(say("Not investigated: {reason}.", reason=reason.said().rstrip(".")))
        return None
    asked = report.run, setup, own, budget
    if not here:
        steps: SimpleQueue[Any] = SimpleQueue()
        try:
            task = session_worker().run(_investigated, *asked, progress=steps.put, pickled=sent)
            with _cancelled_at_an_interrupt(task):
                return _awaited(task, steps, tell)
        except (CannotSend, NotLoaded) as reason:
            tell(stays(reason))
    with reports_to(lambda step: tell(step.text)):
        return _investigated(*asked)


def _investigated(run: Any, setup: Any, own: float, budget: float | None) -> Finding | None:
    from nbdiag.trial.investigation.battery import investigate as by_experiments

    return by_experiments(run, setup, own, budget).finding


def _awaited(task: Task, steps: "SimpleQueue[Any]", tell: Said) -> Finding | None:
    """Report each step in this thread until the end."""
    while not (task.done and steps.empty()):
        try:
            step = steps.get(timeout=_WAIT)
        except Empty:
            continue
        tell(step.text)
    found: Finding | None = task.result()
    return found


@contextmanager
def _cancelled_at_an_interrupt(task: Task) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        task.cancel()
        raise
