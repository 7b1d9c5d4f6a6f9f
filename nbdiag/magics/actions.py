"""What the magics do: show, fix, prove, rate, save, and say so where one of these fails."""

import signal
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.display import Image, display

from nbdiag.language import Reason, later, say
from nbdiag.magics.fix_selection import finding_of, picks_of
from nbdiag.magics.model_refs import Training
from nbdiag.magics.options import Effort
from nbdiag.magics.problem import FILE, Problem, said_of_rules, write_problem
from nbdiag.magics.rate_report import outcome
from nbdiag.magics.session_memory import SessionMemory
from nbdiag.schema.run import TrainingRun

_GONE = later(
    "The model or the data of that training are gone or have changed: add --prove to %%traindiag "
    "and run the cell again."
)
_STOPPED = later("Stopped: {tried} of {total} fixes tried; your model is untouched.")


class Actions:
    """Acts for the magics of one session.

    Parameters
    ----------
    shell
        The InteractiveShell.

    Attributes
    ----------
    memory
        What the session remembers.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.memory = SessionMemory()
        self.display = display

    def has_front_end(self) -> bool:
        """Whether there is a front end that can show widgets."""
        return hasattr(self.shell, "kernel")

    def say(self, text: str) -> None:
        """Show a text."""
        display({"text/plain": text}, raw=True)

    @contextmanager
    def guarded(self, what: str, runs: Sequence[TrainingRun] = ()) -> Iterator[None]:
        """Make one line of a failure of nbdiag's own: the user's cell has run, or is to run."""
        try:
            yield
        except Exception as problem:  # noqa: BLE001 - nothing of nbdiag's may end the user's cell
            self.memory.problem = Problem.of(what, problem, runs)
            self.say(self.memory.problem.said())

    @contextmanager
    def stoppable(self, message: str) -> Iterator[None]:
        """Make one line of an interrupt of nbdiag's own work."""
        try:
            with _interrupts_heard():
                yield
        except KeyboardInterrupt:
            self.say(say(message))

    def show(self, *, panel: bool, live: Any = None, plain: bool = False) -> Callable[[], None]:
        """Show the reports of the last cell; return what shows them again in the same place."""
        from nbdiag.panel.publish import show, show_plainly, update

        if plain:
            return show_plainly(lambda: self.memory.reports, display=display)
        leading, *others = self.memory.reports
        widget = panel and self.has_front_end()
        place = uuid.uuid4().hex
        shown = show(leading, others, display=display, widget=widget, live=live, display_id=place)
        crashed = [check.code for check in leading.checks if check.status == "crashed"]
        if crashed:
            self.say(said_of_rules(crashed))

        def again() -> None:
            leading, *others = self.memory.reports
            update(leading, others, display_id=place, panel=shown)

        return again

    def show_again(self) -> None:
        """Show the last report where nothing of it is shown yet.

        Raises
        ------
        UsageError
            When there is none.
        """
        self._require_report()
        self.show(panel=True)

    def save(self, report: Any, path: str) -> None:
        """Save a report; a failure is one line."""
        with self.stoppable(later("Stopped: the report is not saved.")):
            try:
                report.save(Path(path).expanduser())
            except (OSError, ValueError) as problem:
                self.say(
                    say(
                        "The report could not be saved to {path}: {problem} "
                        "nbdiag.last_report().save(…) saves it elsewhere.",
                        path=path,
                        problem=_sentence(problem),
                    )
                )

    def fix(self, arguments: list[str]) -> None:
        """Put the named fixes into a new cell."""
        report = self._require_report()
        from nbdiag.combined_cell import CannotJoin, joined

        try:
            whole = joined(report.run, picks_of(report, arguments))
        except CannotJoin as why:
            raise UsageError(str(why)) from None
        self.shell.set_next_input(whole.source)

    def prove_all(
        self, trainings: Sequence[Training | None], effort: Effort, again: Callable[[], None]
    ) -> None:
        """Try the fixes of every remembered report, and show in its place what came of it."""
        reports = self.memory.reports
        for place, (report, training) in enumerate(zip(reports, trainings, strict=True)):
            taken = training.take() if training else None
            if taken is not None and not self._prove(report, taken, effort, place=place):
                break
        if self.memory.reports != reports:
            again()

    def prove(self, code: str = "", effort: Effort = Effort()) -> None:  # noqa: B008 - a value
        """Try the fixes of the last report, or those of one finding."""
        report = self._require_report()
        tried = (finding_of(report, code),) if code else report.findings
        if not any(fix.changes for item in tried for fix in item.fixes):
            raise UsageError(say("There is no fix to try: nothing that was found comes with one."))
        training = self._require_training(report)
        if self._prove(report, training, effort, code.upper()):
            self.show(panel=True)

    def _prove(
        self,
        report: Any,
        training: tuple[Any, dict[str, Any]],
        effort: Effort,
        code: str = "",
        place: int = 0,
    ) -> bool:
        """Try fixes and remember what came of those tried; return False at an interrupt."""
        from nbdiag.diagnosis import proven
        from nbdiag.trial.proof import ProofStopped

        try:
            with _interrupts_heard():
                learnt = proven(report, training, code, effort.seeds, effort.budget)
        except ProofStopped as stopped:
            if stopped.report is not None:
                self.memory.replace_report(stopped.report, place)
            self.say(say(_STOPPED, tried=stopped.tried, total=stopped.total))
            return False
        except KeyboardInterrupt:
            self.say(say("Stopped before a fix was tried; your model is untouched."))
            return False
        self.memory.replace_report(learnt, place)
        return True

    def rate(self, arguments: list[str]) -> None:
        """Find a learning rate on a copy, after a fix where one is named."""
        from nbdiag.diagnosis import tested_rates

        report = self._require_report()
        first = picks_of(report, arguments)[0][1] if arguments else None
        training = self._require_training(report)
        with self.stoppable(later("Stopped: no learning rate was found; your model is untouched.")):
            try:
                test, fix = tested_rates(report, training, first)
            except Reason as why:
                raise UsageError(
                    say("No learning rate can be tested: {why}.", why=why.said())
                ) from None
            self._show_rate(report, test, first, fix)

    def _show_rate(self, report: Any, test: Any, first: Any, fix: Any) -> None:
        from nbdiag.diagnosis import rate_of
        from nbdiag.render.curves.rate_sweep import WIDTH, sweep_png

        now = rate_of(report.run)
        self.say(outcome(report, test, now, first, fix))
        picture = sweep_png(test, now, report.lang) if self.has_front_end() else None
        if picture is not None:
            display(Image(picture, width=WIDTH, alt=test.summary))
        if fix is not None and fix.source:
            self.shell.set_next_input(fix.source)

    def write_problem(self, path: str = FILE) -> None:
        """Write what to attach to a report about nbdiag itself."""
        target = Path(path).expanduser()
        self.say(write_problem(self.memory.problem, self.memory.report, target))

    def _require_training(self, report: Any) -> tuple[Any, dict[str, Any]]:
        """Find the model and the data of a report, as they were when it was made."""
        from nbdiag.diagnosis import is_as_judged

        training = self.memory.training.take() if self.memory.training else None
        if training is None or not is_as_judged(report, training):
            raise UsageError(say(_GONE))
        return training

    def _require_report(self) -> Any:
        if self.memory.report is None:
            raise UsageError(
                say("There is no report yet: run a cell that starts with %%traindiag.")
            )
        return self.memory.report


@contextmanager
def _interrupts_heard() -> Iterator[None]:
    """Let an interrupt raise at once where a kernel has put it off.

    While a cell with an ``await`` runs, ipykernel makes of an interrupt a cancellation of that
    cell, which has ended by now.
    """
    handler = None
    if threading.current_thread() is threading.main_thread():
        handler = signal.getsignal(signal.SIGINT)
    if not str(getattr(handler, "__module__", "")).startswith("ipykernel"):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _sentence(problem: Exception) -> str:
    said = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
    return said if said.endswith((".", "!", "?")) else f"{said}."
