"""One watched cell: its watch, its trainings, what goes on beside them, and the report."""

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from itertools import zip_longest
from typing import Any

from nbdiag.language import later, speaking
from nbdiag.magics.actions import Actions, cell_number
from nbdiag.magics.cell_runner import hidden_traceback
from nbdiag.magics.live_observer import LiveObserver
from nbdiag.magics.missing_fit import without_fit
from nbdiag.magics.options import effort_of, is_plain, proves, settings_of
from nbdiag.magics.session_memory import earlier_cells
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.setup.model_refs import Training

_STOPPED = later("Stopped before the report was made.")

Pairs = list[tuple[Any, Training | None]]


class Observation:
    """Watches one cell and reports on it; what fails in here is one line and never the cell's.

    Parameters
    ----------
    actions
        The session's shell, memory and ways to show something.
    cell
        The cell that runs.
    options
        Those of the magic.
    plainly
        Whether the cell has no magic: then a cell without a training is left in peace.
    """

    def __init__(
        self, actions: Actions, cell: Cell, options: argparse.Namespace, *, plainly: bool = False
    ) -> None:
        self._actions = actions
        self.cell = cell
        self._options = options
        self._plainly = plainly
        self._lang = actions.memory.lang
        self._settings = settings_of(options, self._lang)
        self._trainings: list[Training] = []
        self._error: BaseException | None = None
        self._watch: Any = None
        self._hiding = ExitStack()
        plain = is_plain(options)
        live = not (options.no_panel or options.check or plain) and actions.has_front_end()
        self._following = LiveObserver(
            actions.display, live=live, stop_on=options.stop_on, settings=self._settings
        )

    def open(self) -> None:
        """Begin to watch."""
        with self._actions.guarded(later("the beginning of the watch")):
            from nbdiag.capture.watch import CheckOnly

            self._watch = self._make_watch()
            self._watch.__enter__()
            if self._options.check:
                self._hiding.enter_context(hidden_traceback(self._actions.shell, CheckOnly))

    def close(self, error: BaseException | None) -> BaseException | None:
        """End the watch.

        Parameters
        ----------
        error
            What the cell raised.

        Returns
        -------
        BaseException or None
            What is left of it: that ``--check`` ends the cell is not an error.
        """
        self._hiding.close()
        if self._watch is None:
            return error
        ended = False
        with self._actions.guarded(later("the end of the watch")):
            trace = getattr(error, "__traceback__", None)
            ended = self._watch.__exit__(type(error) if error else None, error, trace)
        self._error = None if ended else error
        return self._error

    def report(self) -> None:
        """Judge what was seen, show it, and do what the options ask for after that."""
        if self._watch is None:
            return
        with speaking(self._lang), self._actions.stoppable(_STOPPED):
            runs = self._watch.runs
            shown = False
            with self._actions.guarded(later("the report"), runs):
                shown = self._judge(runs)
            if not shown:
                self._following.close()
            if not runs and (self._error is None or self._plainly):
                self._say_no_fit()

    def _judge(self, runs: tuple[TrainingRun, ...]) -> bool:
        """Judge runs and show the report; return whether there was one to show."""
        from nbdiag.diagnosis import diagnose

        # A training that began has a run; the cell may have ended in a later, unwatched call.
        reports = [diagnose(run, self._settings) for run in runs]
        pairs: Pairs = list(zip_longest(reports, self._trainings[: len(runs)]))
        pairs = [pair for pair in pairs if _says_something(pair[0])]
        pairs.sort(key=lambda pair: _urgency(pair[0]))
        try:
            if pairs:
                self._show(pairs)
        finally:
            for training in self._trainings:
                training.loosen()
        return bool(pairs)

    def _show(self, pairs: Pairs) -> None:
        """Remember and show reports; only then comes what takes time or can fail."""
        actions, options = self._actions, self._options
        reports, trainings = zip(*pairs, strict=True)
        actions.memory.remember(reports, trainings)
        self._name(reports[0])
        plain = is_plain(options)
        shown = actions.show(panel=not options.no_panel, live=self._following.panel, plain=plain)
        failed = next((run for run in self._watch.runs if run.error is not None), None)
        if self._error is not None and failed is not None:
            with actions.guarded(later("the try of a repair"), [failed]):
                actions.try_fixes(failed, shown)
            self._name(shown.reports[0])
        if not proves(options):
            self._save(shown.reports[0])
            return

        def done() -> None:
            """Keep what is known now; a name that the user has given to something else stays."""
            names = actions.shell.user_ns
            if not options.out or names.get(options.out) is known[-1]:
                self._name(shown.reports[0])
                known.append(shown.reports[0])
            self._save(shown.reports[0])

        known = [shown.reports[0]]
        with actions.guarded(later("the proof"), tuple(report.run for report in reports)):
            actions.prove_all(trainings, effort_of(options), shown, done)

    def _name(self, report: Any) -> None:
        if self._options.out:
            self._actions.shell.user_ns[self._options.out] = report

    def _save(self, report: Any) -> None:
        if self._options.save:
            self._actions.save(report, self._options.save)

    def _say_no_fit(self) -> None:
        stepped = self._watch.unseen_loop
        # Most cells train nothing: without the magic, only of a loop that steps is spoken.
        if self._plainly and not stepped:
            return
        said = without_fit(self.cell.source, stepped=stepped)
        if said is not None:
            self._actions.say(said)

    def _make_watch(self) -> Any:
        from nbdiag.capture.watch import watch

        shell, options = self._actions.shell, self._options
        return watch(
            self.cell,
            earlier=earlier_cells(shell, self.cell.number),
            previous=self._actions.memory.past,
            namespace=lambda: shell.user_ns,
            cell_of=lambda name: cell_number(shell, name),
            probes=options.probes,
            check_only=options.check,
            quiet=options.quiet_fit,
            on_fit=_keeper(self._trainings, firmly=proves(options)),
            **self._following.requests(),
        )


def _keeper(trainings: list[Training], *, firmly: bool) -> Callable[..., None]:
    """Make what keeps each training that begins."""
    return lambda *begun: trainings.append(Training(*begun, firmly=firmly))


def _says_something(report: Any) -> bool:
    """Whether a report is worth showing: a cell may fail for reasons that are not nbdiag's."""
    return bool(report.findings) or report.run.fits > 0


def _urgency(report: Any) -> tuple[bool, int, int]:
    """Order of the reports of one cell: what ended it, then errors, then the later fit."""
    severities = [item.severity for item in report.findings]
    worst = 0 if "error" in severities else 1 if "warning" in severities else 2
    ended = report.run.error is not None and bool(severities)
    return not ended, worst, -report.run.fit_number
