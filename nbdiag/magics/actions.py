"""What the magics do: show, fix, prove, rate, save, and say so where one of these fails."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.display import Image, display

from nbdiag.language import Reason, later, say
from nbdiag.magics.fix_selection import finding_of, picks_of
from nbdiag.magics.options import Effort
from nbdiag.magics.problem import FILE, Problem, said_of_rules, write_problem
from nbdiag.magics.rate_report import outcome
from nbdiag.magics.session_memory import SessionMemory
from nbdiag.magics.shown_report import GONE, STOPPED, ShownReport, started_all
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.setup.model_refs import Training

_NOT_TRIED = later("Stopped: not every repair has been tried.")


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

    def show(self, *, panel: bool, live: Any = None, plain: bool = False) -> ShownReport:
        """Show the reports of the last cell."""
        shown = ShownReport(self)
        if plain:
            shown.show_plainly()
            return shown
        shown.show(widget=panel and self.has_front_end(), live=live)
        leading = self.memory.reports[0]
        crashed = [check.code for check in leading.checks if check.status == "crashed"]
        if crashed:
            self.say(said_of_rules(crashed))
        return shown

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
        self,
        trainings: Sequence[Training | None],
        effort: Effort,
        shown: ShownReport,
        done: Callable[[], None],
    ) -> None:
        """Try the fixes of every remembered report, and show in its place what came of it.

        Parameters
        ----------
        trainings
            Those of the reports.
        effort
            How far to go.
        shown
            Where the reports are shown.
        done
            Called when more is known; perhaps later, with the kernel free until then.
        """
        if shown.leaves_the_kernel_free and not effort.here:
            refused = started_all(shown, trainings, effort, done)
            if not refused:
                return
            self.say(refused[0])
        reports = self.memory.reports
        for place, (report, training) in enumerate(zip(reports, trainings, strict=True)):
            taken = training.take() if training else None
            if taken is not None and not self._prove(report, taken, effort, place=place):
                break
        if self.memory.reports != reports:
            shown.reports = self.memory.reports
            shown.update()
        done()

    def try_fixes(self, failed: TrainingRun, shown: ShownReport) -> None:
        """Try the fixes of a cell that failed, and show in its place what came of it."""
        from nbdiag.crash import with_tried_fixes

        reports = shown.reports
        with self.stoppable(_NOT_TRIED):
            names = self.shell.user_ns
            for place, tried in enumerate(
                with_tried_fixes(reports, failed, names, self._cell_number)
            ):
                shown.learn(tried, place)
        if shown.reports != reports:
            shown.update()

    def _cell_number(self, name: str) -> int | None:
        return cell_number(self.shell, name)

    def prove(self, code: str = "", effort: Effort = Effort()) -> None:  # noqa: B008 - a value
        """Try the fixes of the last report, or those of one finding."""
        report = self._require_report()
        tried = (finding_of(report, code),) if code else report.findings
        if not any(fix.changes for item in tried for fix in item.fixes):
            raise UsageError(say("There is no fix to try: nothing that was found comes with one."))
        training = self._require_training(report)
        if self.has_front_end() and not effort.here:
            from nbdiag.panel.outputs import cell_id

            if cell_id():
                shown = self.show(panel=True)
                refused = (
                    shown.start(training, effort, code=code.upper())
                    if shown.leaves_the_kernel_free
                    else ""
                )
                if shown.leaves_the_kernel_free and not refused:
                    return
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
        from nbdiag.experiments import ProgressLine, Question, prove
        from nbdiag.trial.proof_progress import ProofStopped
        from nbdiag.trial.worker import WorkerDied

        question = Question(code, None, effort.seeds, effort.budget, effort.here)
        try:
            with _interrupts_heard(), ProgressLine() as line:
                learnt = prove(report, training, question, line.hear, self.say)
        except ProofStopped as stopped:
            if stopped.report is not None:
                self.memory.replace_report(stopped.report, place)
            self.say(say(STOPPED, tried=stopped.tried, total=stopped.total))
            return False
        except KeyboardInterrupt:
            self.say(say("Stopped before a fix was tried; your model is untouched."))
            return False
        except WorkerDied as died:
            self.say(say("Not tried: {reason}.", reason=died.said()))
            return False
        self.memory.replace_report(learnt, place)
        return True

    def try_cell(self, text: str, effort: Effort) -> None:
        """Compare the text of a cell with the training of the last report."""
        from nbdiag.candidate import CannotCompare, compared, training_of
        from nbdiag.experiments import ProgressLine
        from nbdiag.trial.worker import WorkerDied

        training = self._require_training(self._require_report())
        try:
            candidate = training_of(self.shell.transform_cell(text), self.shell.user_ns)
            with _interrupts_heard(), ProgressLine() as line:
                proof = compared(
                    training,
                    candidate,
                    effort.seeds,
                    effort.budget,
                    effort.here,
                    listener=line.hear,
                    remark=self.say,
                )
        except CannotCompare as why:
            raise UsageError(why.said()) from None
        except WorkerDied as died:
            self.say(say("Not tried: {reason}.", reason=died.said()))
        except KeyboardInterrupt:
            self.say(say("Stopped: your model is untouched."))
        else:
            self.say(f"{say('Tried')} ({say(proof.verdict)}): {proof.summary}")

    def investigate(self, effort: Effort) -> None:
        """Look by experiments for what the last training needs, and show the report with it."""
        from nbdiag.investigation import investigate
        from nbdiag.trial.worker import WorkerDied

        report = self._require_report()
        training = self._require_training(report)
        try:
            with _interrupts_heard():
                found = investigate(report, training, effort.budget, effort.here, self.say)
        except KeyboardInterrupt:
            self.say(say("Stopped: nothing is certain by now; your model is untouched."))
            return
        except WorkerDied as died:
            self.say(say("Not tried: {reason}.", reason=died.said()))
            return
        if found.finding is not None:
            self.memory.replace_report(found.report, 0)
            self.show(panel=True)

    def rate(self, arguments: list[str]) -> None:
        """Find a learning rate on a copy, after a fix where one is named."""
        from nbdiag.experiments import tested_rates

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
        from nbdiag.experiments import rate_of
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
            raise UsageError(say(GONE))
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


def cell_number(shell: Any, filename: str) -> int | None:
    """Find the number of the cell that IPython compiled under a file name."""
    number: int | None = shell.compile._filename_map.get(filename)  # noqa: SLF001 - IPython's only record
    return number


def _sentence(problem: Exception) -> str:
    said = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
    return said if said.endswith((".", "!", "?")) else f"{said}."
