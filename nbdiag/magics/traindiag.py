"""``%%traindiag`` and ``%traindiag``: their options and commands."""

import argparse
from collections.abc import Callable
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments

from nbdiag.language import LANGUAGES, later, say, speaking
from nbdiag.magics.actions import Actions
from nbdiag.magics.cell_events import CellEvents, Watching
from nbdiag.magics.cell_runner import Ended, current_cell, raise_shown, run_body
from nbdiag.magics.observation import Observation
from nbdiag.magics.options import (
    read_investigate,
    read_options,
    read_prove,
    read_try,
    require_valid,
    rule_list,
    rule_of,
    settings_of,
)
from nbdiag.render.rule_page import plain
from nbdiag.schema.cell import Cell

_LINE_HELP = later("""\
%traindiag                     show the last report again
%traindiag fix CODE [K]        put fix K (1 by default) of that finding into a new cell
%traindiag fix CODE CODE …     put several fixes into one new cell
%traindiag prove [CODE] [--seeds N] [--budget TIME] [--here]
                               try the top fixes, or those of that finding, on copies in a
                               separate process (--here: in the kernel)
%%traindiag try [--seeds N] [--budget TIME] [--here]
                               compare the cell below with the last training, on copies
%traindiag investigate [--budget TIME] [--here]
                               find by experiments what the training needs, where
                               no rule names a cause
%traindiag rate [CODE [K]]     find a learning rate on a copy (after that fix)
%traindiag explain CODE        the rule's page
%traindiag rules               every rule, a line each
%traindiag on, %traindiag off  watch every cell without the magic, or no longer
%traindiag problem [FILE]      write what to attach when nbdiag itself has failed
%%traindiag -h                 options of the cell magic""")


_EXPERIMENTS: dict[str, Callable[[Actions, list[str]], None]] = {
    "prove": lambda actions, words: actions.prove(*read_prove(words)),
    "investigate": lambda actions, words: actions.investigate(read_investigate(words)),
}


@magics_class
class TrainDiagMagics(Magics):  # type: ignore[misc]  # IPython is untyped here
    """The magics, and the memory of this session."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.actions = Actions(shell)
        self.memory = self.actions.memory
        self.cells = CellEvents(shell, Watching(self._accepts, self._open))

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
        help="seeds before and after a proof, at most (default: 12); switches --prove on",
    )
    @argument(
        "--budget",
        metavar="TIME",
        help="CPU time for a proof: 90s, 5m, 1h (default: 60s); switches --prove on",
    )
    @argument(
        "--here",
        action="store_true",
        help="keep a proof in the kernel, not in a separate process; switches --prove on",
    )
    @argument("--select", metavar="CODES", default="", help="hear only these rules: NBD1,NBD301")
    @argument("--ignore", metavar="CODES", default="", help="do not hear these rules")
    @argument("--quiet-fit", action="store_true", help="hide the output of fit itself")
    @argument("--no-panel", action="store_true", help="show the static report only, no widgets")
    @argument("--plain", action="store_true", help="one output of text and Markdown, for programs")
    @argument("--out", metavar="NAME", help="keep the report under this name")
    @argument("--save", metavar="FILE", help="save the report: .html, .json, .md, .txt or .png")
    @argument(
        "--lang",
        choices=LANGUAGES,
        help="language of this report and of what follows in the session (at first: en)",
    )
    @cell_magic("traindiag")
    def cell(self, line: str, cell: str) -> Any:
        """Run a training cell, watch every fit in it, and say what is wrong with it.

        The training itself is not changed. A cell that fails stays failed.
        """
        words = line.split()
        if words[:1] == ["try"]:
            with speaking(self.memory.lang):
                self.actions.try_cell(cell, read_try(words[1:]))
            return None
        options = self._read(line)
        if options.help:
            self.actions.say(self.cell.parser.format_help())
            return None
        observation = self._observe(current_cell(self.shell, line, cell), options)
        observation.open()
        ended = Ended()
        try:
            ended = run_body(self.shell, observation.cell, cell)
        finally:
            error = observation.close(ended.error)
        observation.report()
        if error is not None:
            raise_shown(self.shell, error)
        return ended.value

    def _read(self, line: str) -> argparse.Namespace:
        """Read the options of a cell and refuse, before it runs, what could not be done after it.

        Raises
        ------
        UsageError
            When an option is wrong.
        """
        options = read_options(self.cell.parser, line)
        with speaking(options.lang or self.memory.lang):
            settings_of(options, self.memory.lang)
            require_valid(options)
        return options

    def _accepts(self, line: str) -> bool:
        """Whether a cell should be run under these options: for others the magic itself reports."""
        try:
            return not self._read(line).help
        except UsageError:
            return False

    def _open(self, cell: Cell, line: str | None) -> Observation | None:
        """Begin to watch a cell that IPython runs by itself; without a magic, plainly."""
        with self.actions.guarded(later("the beginning of the watch")):
            observation = self._observe(cell, self._read(line or ""), plainly=line is None)
            observation.open()
            return observation
        return None

    def _observe(
        self, cell: Cell, options: argparse.Namespace, *, plainly: bool = False
    ) -> Observation:
        self.memory.lang = options.lang or self.memory.lang
        return Observation(self.actions, cell, options, plainly=plainly)

    @line_magic("traindiag")
    def line(self, line: str) -> None:
        """Show the last report, or act on it.

        %traindiag                     show the last report again
        %traindiag fix CODE [K]        put fix K (1 by default) of that finding into a new cell
        %traindiag fix CODE CODE …     put several fixes into one new cell
        %traindiag prove [CODE] [--seeds N] [--budget TIME] [--here]
                                       try the top fixes, or those of that finding, on copies in a
                                       separate process (--here: in the kernel)
        %%traindiag try [--seeds N] [--budget TIME] [--here]
                                       compare the cell below with the last training, on copies
        %traindiag investigate [--budget TIME] [--here]
                                       find by experiments what the training needs, where
                                       no rule names a cause
        %traindiag rate [CODE [K]]     find a learning rate on a copy (after that fix)
        %traindiag explain CODE        the rule's page
        %traindiag rules               every rule, a line each
        %traindiag on, %traindiag off  watch every cell without the magic, or no longer
        %traindiag problem [FILE]      write what to attach when nbdiag itself has failed
        """
        with speaking(self.memory.lang):
            self._act(line)

    def _act(self, line: str) -> None:
        words = line.split()
        command, arguments = (words[0], words[1:]) if words else ("show", [])
        match command, arguments:
            case "show", []:
                self.actions.show_again()
            case "fix", _:
                self.actions.fix(arguments)
            case (("prove" | "investigate" as asked), _):
                _EXPERIMENTS[asked](self.actions, arguments)
            case "rate", [] | [_] | [_, _]:
                self.actions.rate(arguments)
            case "problem", [] | [_]:
                self.actions.write_problem(*arguments)
            case "explain", [code]:
                self.actions.say(plain(rule_of(code).page()))
            case "rules", []:
                self.actions.say(rule_list())
            case (("on" | "off" as switch), []):
                getattr(self.cells, switch)()
            case (("-h" | "--help" | "help"), []):
                self.actions.say(say(_LINE_HELP))
            case _:
                raise UsageError(
                    say(
                        "There is no command %traindiag {line}. Use one of\n{help}",
                        line=line,
                        help=say(_LINE_HELP),
                    )
                )
