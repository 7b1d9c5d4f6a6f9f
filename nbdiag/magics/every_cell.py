"""``%traindiag on``: every cell is watched as if it began with the magic."""

from collections.abc import Callable
from typing import Any

from nbdiag.schema.cell import Cell

Open = Callable[[Cell], Any]
Report = Callable[[Any], None]


class EveryCell:
    """Opens a watch before each cell of the session and reports after it.

    Parameters
    ----------
    shell
        The InteractiveShell.
    open_watch
        Makes the watch of a cell.
    report
        Takes the watch of a cell, after the cell.
    """

    def __init__(self, shell: Any, open_watch: Open, report: Report) -> None:
        self._shell = shell
        self._open_watch = open_watch
        self._report = report
        self._info: Any = None
        self._watch: Any = None
        self.is_on = False

    def on(self) -> None:
        """Begin with the next cell; the second call does nothing."""
        if not self.is_on:
            self._shell.events.register("pre_run_cell", self._before)
            self._shell.events.register("post_run_cell", self._after)
            self.is_on = True

    def off(self) -> None:
        """Stop with this cell, which is being watched itself."""
        if self.is_on:
            self._close(None)
            self._shell.events.unregister("pre_run_cell", self._before)
            self._shell.events.unregister("post_run_cell", self._after)
            self.is_on = False

    def _before(self, info: Any) -> None:
        # What a front end or a magic runs by itself is not kept in the history.
        if self._watch is not None or not info.store_history or "%%traindiag" in info.raw_cell:
            return
        number = len(self._shell.history_manager.input_hist_raw)
        self._info = info
        self._watch = self._open_watch(Cell(number, info.raw_cell))
        self._watch.__enter__()

    def _after(self, result: Any) -> None:
        if self._watch is None or result.info is not self._info:
            return
        watch = self._watch
        self._close(result.error_before_exec or result.error_in_exec)
        self._report(watch)

    def _close(self, error: BaseException | None) -> None:
        """End the open watch, if there is one."""
        watch, self._watch, self._info = self._watch, None, None
        if watch is not None:
            trace = getattr(error, "__traceback__", None)
            watch.__exit__(type(error) if error else None, error, trace)
