"""``%%traindiag`` and ``%traindiag``: IPython glue and nothing else."""

import argparse
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import Image, display

from nbdiag.language import LANGUAGES, Reason, later, say, speaking
from nbdiag.magics.every_cell import EveryCell
from nbdiag.magics.following import Following
from nbdiag.magics.loops import without_fit
from nbdiag.magics.options import known_rules, proves, require_valid, rule_of, settings_of
from nbdiag.magics.picks import finding_of, picks_of
from nbdiag.magics.rates import outcome
from nbdiag.magics.running import current_cell, hidden_traceback, raise_silently, run_body
from nbdiag.magics.session import SessionMemory, earlier_cells
from nbdiag.magics.training import Training
from nbdiag.schema.cell import Cell

_LINE_HELP = later("""\
%traindiag                     show the last report again
%traindiag fix CODE [K]        put fix K (1 by default) of that finding into a new cell
%traindiag fix CODE CODE …     put several fixes into one new cell
%traindiag prove [CODE]        try the top fixes, or those of that finding, on a copy
%traindiag rate [CODE [K]]     find a learning rate on a copy (after that fix)
%traindiag explain CODE        the rule's page
%traindiag rules               every rule, a line each
%traindiag on, %traindiag off  watch every cell without the magic, or no longer
%%traindiag -h                 options of the cell magic""")


@magics_class
class TrainDiagMagics(Magics):  # type: ignore[misc]  # IPython is untyped here
    """The magics, and the memory of this session."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.memory = SessionMemory()
        self.every_cell = EveryCell(shell, self._watch_plainly, self._report_plainly)
        self._followed: Following | None = None
        self._trainings: list[Training] = []

    @magic_arguments()
    @argument("-h", "--help", action="store_true", help="show this text and run nothing")
    @argument(
        "--check",
        action="store_true",
        help="judge before training and stop there: no epoch is run",
    )
    @argument(
        "--probes",
        choices=("off", "light", "full"),
        default="light",
        help="how much to measure on one fixed batch beside the training (default: light)",
    )
    @argument(
        "--stop-on",
        choices=("error", "never"),
        default="never",
        help="end a training as soon as an error is certain, and say what that spared",
    )
    @argument("--prove", action="store_true", help="try the top fixes on a copy, after the cell")
    @argument(
        "--seeds",
        type=int,
        metavar="N",
        help="seeds before and after a proof (default: 2); asks for --prove",
    )
    @argument("--select", metavar="CODES", default="", help="hear only these rules: NBD1,NBD301")
    @argument("--ignore", metavar="CODES", default="", help="do not hear these rules")
    @argument("--quiet-fit", action="store_true", help="hide the output of fit itself")
    @argument("--no-panel", action="store_true", help="show the static report only, no widgets")
    @argument("--out", metavar="NAME", help="keep the report under this name")
    @argument("--save", metavar="FILE", help="save the report: .html, .json, .txt or .png")
    @argument(
        "--lang",
        choices=LANGUAGES,
        help="language of this report and of what follows in the session (at first: en)",
    )
    @cell_magic("traindiag")
    def cell(self, line: str, cell: str) -> None:
        """Run a training cell, watch every fit in it, and say what is wrong with it.

        The training itself is not changed. A cell that fails stays failed.
        """
        options = parse_argstring(self.cell, line)
        if options.help:
            self._say(self.cell.parser.format_help())
            return
        self.memory.lang = options.lang or self.memory.lang
        with speaking(self.memory.lang):
            settings = settings_of(options, self.memory.lang)
            require_valid(options)
        trainings: list[Training] = []
        following = self._follow(options, settings)
        error, seen = self._watch(line, cell, options, trainings, following)
        with speaking(self.memory.lang):
            self._report_safely(seen.runs, options, settings, trainings, following)
            if error is None and not seen.runs:
                self._say_no_fit(seen.cell.source, stepped=seen.unseen_loop)
        if error is not None:
            raise_silently(self.shell, error)

    @line_magic("traindiag")
    def line(self, line: str) -> None:
        """Show the last report, or act on it.

        %traindiag                     show the last report again
        %traindiag fix CODE [K]        put fix K (1 by default) of that finding into a new cell
        %traindiag fix CODE CODE …     put several fixes into one new cell
        %traindiag prove [CODE]        try the top fixes, or those of that finding, on a copy
        %traindiag rate [CODE [K]]     find a learning rate on a copy (after that fix)
        %traindiag explain CODE        the rule's page
        %traindiag rules               every rule, a line each
        %traindiag on, %traindiag off  watch every cell without the magic, or no longer
        """
        with speaking(self.memory.lang):
            self._act(line)

    def _act(self, line: str) -> None:
        words = line.split()
        command, arguments = (words[0], words[1:]) if words else ("show", [])
        match command, arguments:
            case "show", []:
                self._require_report()
                self._show(panel=True)
            case "fix", [_, *_]:
                self._fix(arguments)
            case "prove", [] | [_]:
                self._prove(*arguments)
            case "rate", [] | [_] | [_, _]:
                self._rate(arguments)
            case "explain", [code]:
                self._say(rule_of(code).page())
            case "rules", []:
                self._say("\n".join(f"{rule.code}  {rule.name}" for rule in known_rules()))
            case "on", []:
                self.every_cell.on()
            case "off", []:
                self.every_cell.off()
            case (("-h" | "--help" | "help"), []):
                self._say(say(_LINE_HELP))
            case _:
                raise UsageError(
                    say(
                        "%traindiag {line}: not a command here. Say one of\n{help}",
                        line=line,
                        help=say(_LINE_HELP),
                    )
                )

    def _report_safely(
        self,
        runs: tuple[Any, ...],
        options: argparse.Namespace,
        settings: Any,
        trainings: list[Training],
        following: Following,
    ) -> None:
        try:
            self._report(runs, options, settings, trainings, following)
        except Exception as problem:  # noqa: BLE001 - the user's training has run: keep its outcome
            self._say(
                say(
                    "nbdiag failed at its report ({kind}: {problem}).",
                    kind=type(problem).__name__,
                    problem=problem,
                )
            )
            following.close()

    def _report(
        self,
        runs: tuple[Any, ...],
        options: argparse.Namespace,
        settings: Any,
        trainings: list[Training],
        following: Following,
    ) -> None:
        """Judge what was seen, remember it, show it, and keep it as the options say."""
        from nbdiag.diagnosis import diagnose, proven

        # A training that began has a run; the cell may have ended in a later, unwatched call.
        pairs = list(zip_longest([diagnose(run, settings) for run in runs], trainings[: len(runs)]))
        if proves(options):
            seeds = range(options.seeds or _SEEDS)
            pairs = [
                (proven(report, taken, seeds) if taken else report, training)
                for report, training in pairs
                for taken in (training.take() if training else None,)
            ]
        for training in trainings:
            training.loosen()
        pairs = [pair for pair in pairs if _says_something(pair[0])]
        if not pairs:
            following.close()
            return
        pairs.sort(key=lambda pair: _urgency(pair[0]))
        reports, judged = zip(*pairs, strict=True)
        self.memory.remember(reports, judged)
        if options.out:
            self.shell.user_ns[options.out] = reports[0]
        self._show(panel=not options.no_panel, live=following.panel)
        if options.save:
            reports[0].save(Path(options.save).expanduser())

    def _watch(
        self,
        line: str,
        body: str,
        options: argparse.Namespace,
        trainings: list[Training],
        following: Following,
    ) -> tuple[BaseException | None, Any]:
        """Run the cell watched; give what it raised and the watch."""
        from nbdiag.capture.watch import CheckOnly

        here = current_cell(self.shell, line, body)
        error: BaseException | None = None
        watched = self._open_watch(
            here,
            probes=options.probes,
            check_only=options.check,
            quiet=options.quiet_fit,
            on_fit=_keeper(trainings, firmly=proves(options)),
            **following.wishes(),
        )
        try:
            with watched as seen, hidden_traceback(self.shell, CheckOnly):
                error = run_body(self.shell, here, body)
                _reraise(error)
        except BaseException as problem:
            if problem is not error:
                raise
        if isinstance(error, CheckOnly):
            error = None
        return error, seen

    def _open_watch(self, here: Cell, **wishes: Any) -> Any:
        from nbdiag.capture.watch import watch

        return watch(
            here,
            earlier=earlier_cells(self.shell, here.number),
            previous=self.memory.past,
            namespace=lambda: self.shell.user_ns,
            cell_of=lambda name: _cell_number(self.shell, name),
            **wishes,
        )

    def _follow(self, options: argparse.Namespace, settings: Any) -> Following:
        """Make what goes on beside the trainings of a cell."""
        live = not options.no_panel and not options.check and self._has_front_end()
        return Following(display, live=live, stop_on=options.stop_on, settings=settings)

    def _has_front_end(self) -> bool:
        return hasattr(self.shell, "kernel")

    def _watch_plainly(self, here: Cell) -> Any:
        options = parse_argstring(self.cell, "")
        self._followed = self._follow(options, settings_of(options, self.memory.lang))
        self._trainings = []
        keep = _keeper(self._trainings, firmly=False)
        return self._open_watch(here, on_fit=keep, **self._followed.wishes())

    def _report_plainly(self, seen: Any) -> None:
        options = parse_argstring(self.cell, "")
        following, self._followed = self._followed, None
        if following is None:
            return
        with speaking(self.memory.lang):
            settings = settings_of(options, self.memory.lang)
            self._report_safely(seen.runs, options, settings, self._trainings, following)
            # Most cells train nothing: only a loop that was seen to step is spoken of.
            if seen.unseen_loop and not seen.runs:
                self._say_no_fit(seen.cell.source, stepped=True)

    def _show(self, *, panel: bool, live: Any = None) -> None:
        from nbdiag.panel.show import show

        leading, *others = self.memory.reports
        widget = panel and self._has_front_end()
        show(leading, others, display=display, widget=widget, live=live)

    def _fix(self, arguments: list[str]) -> None:
        report = self._require_report()
        from nbdiag.joining import CannotJoin, joined

        try:
            whole = joined(report.run, picks_of(report, arguments))
        except CannotJoin as why:
            raise UsageError(str(why)) from None
        self.shell.set_next_input(whole.source)

    def _prove(self, code: str = "") -> None:
        from nbdiag.diagnosis import proven

        report = self._require_report()
        tried = (finding_of(report, code),) if code else report.findings
        if not any(fix.changes for item in tried for fix in item.fixes):
            raise UsageError(say("There is no fix to try: nothing that was found comes with one."))
        training = self._require_training(report)
        self.memory.replace_report(proven(report, training, range(_SEEDS), code.upper()))
        self._show(panel=True)

    def _rate(self, arguments: list[str]) -> None:
        from nbdiag.diagnosis import rate_of, tested_rates
        from nbdiag.render.sweep import WIDTH, sweep_png

        report = self._require_report()
        first = picks_of(report, arguments)[0][1] if arguments else None
        training = self._require_training(report)
        try:
            test, fix = tested_rates(report, training, first)
        except Reason as why:
            raise UsageError(say("No rate can be tested: {why}.", why=why.said())) from None
        now = rate_of(report.run)
        self._say(outcome(report, test, now, first, fix))
        picture = sweep_png(test, now, report.lang) if self._has_front_end() else None
        if picture is not None:
            display(Image(picture, width=WIDTH, alt=test.summary))
        if fix is not None and fix.source:
            self.shell.set_next_input(fix.source)

    def _require_training(self, report: Any) -> tuple[Any, dict[str, Any]]:
        """Give the model and the data of a report, as they were when it was made."""
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

    def _say_no_fit(self, source: str, *, stepped: bool) -> None:
        said = without_fit(source, stepped=stepped)
        if said is not None:
            self._say(said)

    def _say(self, text: str) -> None:
        display({"text/plain": text}, raw=True)


_SEEDS = 2  # with one seed, lucky initial weights decide

_GONE = later(
    "The model or the data of that training are gone or have changed: put --prove behind "
    "%%traindiag and run the cell again."
)


def _keeper(trainings: list[Training], *, firmly: bool) -> Callable[..., None]:
    """Make what keeps each training that begins."""
    return lambda *begun: trainings.append(Training(*begun, firmly=firmly))


def _reraise(error: BaseException | None) -> None:
    """Raise what the cell raised, so that the watch sees it end as the user's code did."""
    if error is not None:
        raise error


def _says_something(report: Any) -> bool:
    """Whether a report is worth showing: a cell may fail for reasons that are not nbdiag's."""
    return bool(report.findings) or report.run.fits > 0


def _urgency(report: Any) -> tuple[int, int]:
    """Order of the reports of one cell: errors first, then the later fit."""
    severities = [item.severity for item in report.findings]
    worst = 0 if "error" in severities else 1 if "warning" in severities else 2
    return worst, -report.run.fit_number


def _cell_number(shell: Any, filename: str) -> int | None:
    """Find the number of the cell that IPython compiled under a file name."""
    number: int | None = shell.compile._filename_map.get(filename)  # noqa: SLF001 - IPython's only record
    return number
