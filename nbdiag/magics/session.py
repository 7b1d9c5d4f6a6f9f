"""What one IPython session remembers: its cells, and the reports of its runs."""

from typing import TYPE_CHECKING, Any

from nbdiag.schema.run import Cell, PastRun

if TYPE_CHECKING:
    from nbdiag.diagnosis import Report

# A fix looks back for the cells that built the model; a record of a run must stay small.
_CELLS_KEPT = 100
_CHARACTERS_KEPT = 200_000
_RUNS_KEPT = 20


class SessionMemory:
    """Reports of this session, the last one first in importance, and the language asked for."""

    def __init__(self) -> None:
        self.lang = "en"
        self.reports: tuple[Report, ...] = ()
        self.past: tuple[PastRun, ...] = ()

    @property
    def report(self) -> "Report | None":
        """The report of the last watched cell, None before the first."""
        return self.reports[0] if self.reports else None

    def remember(self, reports: tuple["Report", ...]) -> None:
        """Keep the reports of one cell, the leading one first."""
        from nbdiag.diagnosis import as_past

        if reports:
            self.reports = reports
            self.past = (*self.past, *(as_past(report) for report in reports))[-_RUNS_KEPT:]


def earlier_cells(shell: Any, number: int) -> tuple[Cell, ...]:
    """Cells of this session before a cell, oldest first, the newest 100 or 200,000 characters."""
    kept: list[Cell] = []
    room = _CHARACTERS_KEPT
    history = shell.history_manager.input_hist_raw
    for place in range(min(number, len(history)) - 1, 0, -1):
        room -= len(history[place])
        if room < 0 or len(kept) == _CELLS_KEPT:
            break
        kept.append(Cell(number=place, source=history[place]))
    return tuple(reversed(kept))
