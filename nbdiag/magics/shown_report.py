"""One output that shows reports, and the proofs that are asked for in it."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from nbdiag.language import Reason, later, say, speaking
from nbdiag.magics.options import Effort
from nbdiag.magics.session_memory import SessionMemory
from nbdiag.trial.setup.model_refs import Training

STOPPED = later("Stopped: {tried} of {total} fixes tried; your model is untouched.")
GONE = later(
    "The model or the data of that training are gone or have changed: add --prove to %%traindiag "
    "and run the cell again."
)


class Session(Protocol):
    """What a shown report needs of the magics."""

    memory: SessionMemory
    display: Callable[..., Any]

    def guarded(self, what: str) -> Any:
        """Make one line of a failure."""


class ShownReport:
    """Reports of one cell in one output.

    Parameters
    ----------
    session
        The magics' memory and ways to show something.

    Attributes
    ----------
    reports
        What is shown, the leading report first.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._place = uuid.uuid4().hex
        self._panel: Any = None
        self._plainly: Callable[[], None] | None = None
        self.reports = session.memory.reports
        self._trainings = session.memory.trainings

    def show(self, *, widget: bool, live: Any = None) -> None:
        """Show the reports, as widgets where there is a front end."""
        from nbdiag.panel.publish import show

        leading, *others = self.reports
        self._panel = show(
            leading,
            others,
            display=self._session.display,
            widget=widget,
            live=live,
            display_id=self._place,
            asked=self._asked if any(self._trainings) else None,
        )

    def show_plainly(self) -> None:
        """Show the reports as one output of text, for programs."""
        from nbdiag.panel.publish import show_plainly

        self._plainly = show_plainly(lambda: self.reports, display=self._session.display)

    def update(self) -> None:
        """Show in the same place what is known now."""
        from nbdiag.panel.publish import update

        if self._plainly is not None:
            self._plainly()
            return
        leading, *others = self.reports
        update(leading, others, display_id=self._place, panel=self._panel)

    @property
    def leaves_the_kernel_free(self) -> bool:
        """Whether a person may do something else in this front end while a proof runs."""
        from nbdiag.panel.outputs import cell_id

        return self._controls is not None and bool(cell_id()) and _loop() is not None

    @property
    def _controls(self) -> Any:
        return getattr(self._panel, "proofs", None)

    def start(
        self,
        training: tuple[Any, dict[str, Any]],
        effort: Effort,
        *,
        place: int = 0,
        code: str = "",
        fix: int | None = None,
        done: Callable[[], None] = lambda: None,
    ) -> str:
        """Begin a proof in the worker.

        Parameters
        ----------
        training
            The model and the arguments of its ``fit``.
        effort
            How far to go.
        place
            Which of the reports.
        code, fix
            The finding and its fix, as for `nbdiag.experiments.Question`.
        done
            Called at its end, when what it has shown is remembered.

        Returns
        -------
        str
            Why it could not begin, "" where it has.
        """
        from nbdiag.experiments import Known, Question, start, stays
        from nbdiag.trial.worker import CannotSend

        report, loop = self.reports[place], _loop()
        controls = self._controls if place == 0 else None
        known = Known(report, controls.hear if controls is not None else None)
        question = Question(code, fix, effort.seeds, effort.budget)
        try:
            task = start(report, training, question, known)
        except CannotSend as reason:
            return stays(reason)
        if controls is not None:
            controls.begin(task.cancel)

        def ended(_: Any) -> None:
            # The panel draws, and what draws belongs into the thread of the cells.
            if loop is not None:
                loop.call_soon_threadsafe(self._end, task, known, place, done)

        task.on_end(ended)
        return ""

    def _end(self, task: Any, known: Any, place: int, done: Callable[[], None]) -> None:
        report = self.reports[place]
        with speaking(report.lang), self._session.guarded(later("the proof")):
            learnt, said = _outcome(report, task, known)
            if self._controls is not None:  # the panel makes others for the new report
                self._controls.end()
            self.learn(learnt, place)
            self.update()
            if self._controls is not None:
                self._controls.end(said)
            done()

    def learn(self, report: Any, place: int) -> None:
        """Keep a report with its proofs, here and where it is the session's last one."""
        memory = self._session.memory
        if place < len(memory.reports) and memory.reports[place] is self.reports[place]:
            memory.replace_report(report, place)
        self.reports = (*self.reports[:place], report, *self.reports[place + 1 :])

    def _asked(self, code: str, fix: int | None) -> None:
        """Answer a click on a Prove button."""
        report = self.reports[0]
        with speaking(report.lang), self._session.guarded(later("the proof")):
            said = self._begun(report, code, fix)
            if said and self._controls is not None:
                self._controls.say(said)

    def _begun(self, report: Any, code: str, fix: int | None) -> str:
        from nbdiag.diagnosis import is_as_judged

        first = self._trainings[0] if self._trainings else None
        training = first.take() if first else None
        if training is None or not is_as_judged(report, training):
            return say(GONE)
        if _loop() is None:
            return say("Run {command} in a cell.", command=f"%traindiag prove {code}".strip())
        refused = self.start(training, Effort(), code=code, fix=fix)
        if not refused:
            return ""
        command = f"%traindiag prove {code} --here".replace("  ", " ")
        return f"{refused} {say('Run {command} in a cell.', command=command)}"


def _outcome(report: Any, task: Any, known: Any) -> tuple[Any, str]:
    """Return the report with what is decided, and what to say of an end before the last fix."""
    from nbdiag.experiments import result_of
    from nbdiag.trial.worker import Cancelled

    try:
        return result_of(report, task), ""
    except Cancelled:
        if not known.total:
            return report, say("Stopped before a fix was tried; your model is untouched.")
        return known.report(), say(STOPPED, tried=known.tried, total=known.total)
    except Reason as reason:
        return known.report(), say("Not tried: {reason}.", reason=reason.said().rstrip("."))


def _loop() -> asyncio.AbstractEventLoop | None:
    """Find the loop on which this kernel runs its cells; None outside of one."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def started_all(
    shown: ShownReport,
    trainings: Sequence[Training | None],
    effort: Effort,
    done: Callable[[], None],
) -> list[str]:
    """Begin a proof of every report that is shown, and return why some could not begin."""
    refused = []
    for place, training in enumerate(trainings):
        taken = training.take() if training else None
        if taken is not None:
            refused.append(shown.start(taken, effort, place=place, done=done))
    return [text for text in refused if text]
