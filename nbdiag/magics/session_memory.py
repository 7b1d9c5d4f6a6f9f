"""What one IPython session remembers: its cells, and the reports of its runs."""

from typing import TYPE_CHECKING, Any

from nbdiag.magics.problem import Problem
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import PastRun
from nbdiag.trial.setup.model_refs import Training

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
        self.problem: Problem | None = None
        self.trainings: tuple[Training | None, ...] = ()

    @property
    def report(self) -> "Report | None":
        """The report of the last watched cell, None before the first."""
        return self.reports[0] if self.reports else None

    @property
    def training(self) -> Training | None:
        """What the last report judged, None when it was not seen."""
        return self.trainings[0] if self.trainings else None

    def remember(
        self, reports: tuple["Report", ...], trainings: tuple[Training | None, ...] = ()
    ) -> None:
        """Keep the reports of one cell, the leading one first, and loosely what they judged."""
        from nbdiag.diagnosis import as_past

        if reports:
            self.reports = reports
            self.trainings = trainings
            self.past = (*self.past, *(as_past(report) for report in reports))[-_RUNS_KEPT:]

    def replace_report(self, report: "Report", place: int = 0) -> None:
        """Keep a report with what has been learnt about its fixes; the leading one by default."""
        from nbdiag.diagnosis import as_past

        at = len(self.past) - len(self.reports) + place
        self.reports = (*self.reports[:place], report, *self.reports[place + 1 :])
        if 0 <= at < len(self.past):
            # A fix that was found since is one that the next cell may be.
            self.past = (*self.past[:at], as_past(report), *self.past[at + 1 :])


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
