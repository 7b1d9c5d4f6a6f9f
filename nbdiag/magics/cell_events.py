"""Which cells of a session are watched, from when to when.

A cell that begins with ``%%traindiag`` is run by IPython itself, as if that line were a comment: on
its own event loop, with its own number, output and history. A transformer of input turns the line
into the comment, and the watch begins and ends with the events of the cell. ``%traindiag on``
watches every other cell by the same events.

Inside another magic (``%%time`` above) there are no such events, and the cell magic runs the body.
"""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from IPython.core.inputtransformer2 import (
    cell_magic,
    classic_prompt,
    ipython_prompt,
    leading_indent,
)

from nbdiag.capture.overrides import clear_ended
from nbdiag.schema.cell import Cell
from nbdiag.syntax.text.lines import split_lines

_MAGIC = re.compile(r"%%traindiag(?:[ \t]+(?P<line>.*))?\n?\Z")
_EMPTY_ABOVE = re.compile(r"\A(?:[ \t]*\n)+")
# What IPython does to a cell before it looks for a cell magic: the body has that coming to it.
_CLEANING = (leading_indent, classic_prompt, ipython_prompt)


class Observation(Protocol):
    """What is made of a cell that is watched."""

    def close(self, error: BaseException | None) -> BaseException | None:
        """End the watch; return the error that is left of the cell's."""

    def report(self) -> None:
        """Report what was seen."""


@dataclass(frozen=True)
class Watching:
    """What `CellEvents` asks for.

    Attributes
    ----------
    accepts
        Whether the cell should be run under the line of a magic.
    open
        Begins to watch a cell; the line of its magic is None where it has none.
    """

    accepts: Callable[[str], bool]
    open: Callable[[Cell, str | None], Observation | None]


@dataclass(eq=False)
class _Running:
    """A cell that runs, and what watches it."""

    info: Any
    plain: bool = False
    observation: Observation | None = None
    thread: int = field(default_factory=threading.get_ident)

    def is_of(self, info: Any) -> bool:
        # After an error on IPython's loop the result comes with a copy of the cell's information.
        return info is self.info or info.raw_cell == self.info.raw_cell


class CellEvents:
    """Opens a watch before each cell that asks for one, and reports after it.

    Parameters
    ----------
    shell
        The InteractiveShell.
    watching
        Which cells are watched, and by whom.
    """

    def __init__(self, shell: Any, watching: Watching) -> None:
        self._shell = shell
        self._watching = watching
        self._running: list[_Running] = []
        self.is_on = False

    def install(self) -> None:
        """Begin with the next cell."""
        transformer = self._shell.input_transformer_manager.line_transforms
        transformer.insert(0, self.transform)
        self._shell.events.register("pre_run_cell", self._before)
        self._shell.events.register("post_run_cell", self._after)

    def uninstall(self) -> None:
        """Stop with this cell, which may be watched itself."""
        self.off()
        self._drop(self._running)
        self._shell.input_transformer_manager.line_transforms.remove(self.transform)
        self._shell.events.unregister("pre_run_cell", self._before)
        self._shell.events.unregister("post_run_cell", self._after)

    def on(self) -> None:
        """Watch every cell from the next one on."""
        self.is_on = True

    def off(self) -> None:
        """Watch cells with the magic only, from this very cell on."""
        self.is_on = False
        self._drop([cell for cell in self._running if cell.plain])

    def transform(self, lines: list[str]) -> list[str]:
        """Make a comment of the magic's line, and read what is below as IPython reads a cell."""
        if self._is_inside() or self._line_of(lines) is None:
            return lines
        body = lines[1:]
        empty = next(at for at, line in enumerate(body) if line.strip())
        rest = body[empty:]
        for clean in (*_CLEANING, self.transform, cell_magic):
            rest = clean(rest)
        return [f"# {lines[0]}", *body[:empty], *rest]

    def _line_of(self, lines: Sequence[str]) -> str | None:
        """Return the line of the magic that a cell begins with, None where the magic itself acts.

        It does so for a wrong option, for help, and where there is no cell below.
        """
        first = _MAGIC.match(lines[0]) if lines else None
        if first is None or not any(line.strip() for line in lines[1:]):
            return None
        line = first["line"] or ""
        return line if self._watching.accepts(line) else None

    def _planned(self, raw: str) -> str | None:
        """Return the line of the magic that `transform` has made a comment of, if it has."""
        if "%%traindiag" not in raw:
            return None
        whole = raw if raw.endswith("\n") else raw + "\n"
        lines = [line + "\n" for line in split_lines(whole)[:-1]]
        for clean in self._shell.input_transformer_manager.cleanup_transforms:
            if not getattr(clean, "has_side_effects", False):
                lines = clean(lines)
        return self._line_of(lines)

    def _here(self) -> list[_Running]:
        """Find the cells that run in this thread, the innermost last."""
        here = threading.get_ident()
        return [cell for cell in self._running if cell.thread == here]

    def _is_inside(self) -> bool:
        """Whether a cell runs in this thread, and not only seems to.

        Front ends that await a cell themselves do not all say when it has ended.
        """
        level = getattr(self._shell.builtin_trap, "_nested_level", 1)
        return level > 0 and bool(self._here())

    def _before(self, info: Any) -> None:
        nested = self._is_inside()
        if not nested:
            self._end(self._here(), None)
        line = None if nested else self._planned(info.raw_cell)
        # What a front end or a magic runs by itself is not kept in the history.
        plain = self.is_on and not nested and info.store_history and line is None
        plain = plain and "%%traindiag" not in info.raw_cell
        cell = _Running(info, plain)
        self._running.append(cell)
        if line is not None or plain:
            cell.observation = self._watching.open(self._cell(info), line)

    def _after(self, result: Any) -> None:
        here = self._here()
        info = getattr(result, "info", None)
        # A cell that was cancelled on IPython's loop has no result.
        places = [at for at, cell in enumerate(here) if info is None or cell.is_of(info)]
        if places:
            self._end(here[places[0] if info is None else places[-1] :], result)
        clear_ended()

    def _end(self, cells: list[_Running], result: Any) -> None:
        """End what watches a cell and what runs inside it, and report."""
        for cell in reversed(cells):
            self._running.remove(cell)
            if cell.observation is not None:
                self._conclude(cell.observation, result if cell is cells[0] else None)

    def _conclude(self, observation: Observation, result: Any) -> None:
        error = None if result is None else result.error_before_exec or result.error_in_exec
        if observation.close(error) is None and error is not None:
            # ``--check`` has ended the cell: that is not a failure.
            result.error_before_exec = result.error_in_exec = None
            self._shell.last_execution_succeeded = True
            kept = getattr(self._shell.history_manager, "exceptions", {})
            kept.pop(result.execution_count, None)
        observation.report()

    def _drop(self, cells: list[_Running]) -> None:
        """End what watches cells, without a report."""
        for cell in reversed(cells):
            observation, cell.observation = cell.observation, None
            if observation is not None:
                observation.close(None)

    def _cell(self, info: Any) -> Cell:
        """Describe a cell that is about to run: it is not in the history yet."""
        history = self._shell.history_manager.input_hist_raw
        number = len(history) if info.store_history else self._shell.execution_count
        # IPython drops empty lines above, and its tracebacks count without them.
        return Cell(number, _EMPTY_ABOVE.sub("", info.raw_cell.rstrip("\n")))
