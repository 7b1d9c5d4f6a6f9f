"""The panels of earlier cells: those whose fault a later cell has repaired become one line."""

from nbdiag.language import speaking
from nbdiag.panel.panel import Panel
from nbdiag.render.summary.comparison import repaired
from nbdiag.schema.report import ReportData

_MOST = 20  # as many runs as a session remembers
_PANELS: dict[int, Panel] = {}


def note_panel(report: ReportData, panel: Panel) -> None:
    """Remember the panel of a cell, and shrink that of the cell which this run repairs."""
    with speaking(report.lang):
        found = repaired(report)
    if found is not None and found[0] != report.run.cell.number:
        earlier = _PANELS.pop(found[0], None)
        if earlier is not None and earlier.comm is not None:
            earlier.shrink(found[1])
    _PANELS[report.run.cell.number] = panel
    while len(_PANELS) > _MOST:
        del _PANELS[next(iter(_PANELS))]
