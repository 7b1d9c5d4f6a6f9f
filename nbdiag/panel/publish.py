"""Put a report into a notebook: what stays, and beside it what lives."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from IPython.display import update_display

from nbdiag.render import html, text
from nbdiag.schema.report import ReportData

if TYPE_CHECKING:
    from nbdiag.panel.live_panel import LivePanel


def show(
    report: ReportData,
    others: Sequence[ReportData] = (),
    *,
    display: Callable[..., Any],
    widget: bool = True,
    live: "LivePanel | None" = None,
    display_id: str | None = None,
) -> Any:
    """Show a report as two outputs: the static report, then the panel.

    They are two because a reopened notebook shows an error for a widget output whatever else the
    same output holds. While the panel lives it hides the static report beside it.

    Parameters
    ----------
    report, others
        The leading report of a cell, and those of its other fits.
    display
        IPython's ``display``.
    widget
        False for the static report alone.
    live
        The panel that showed the trainings; it becomes the final one in its place. Where the
        cell failed it makes way for one below the traceback.
    display_id
        Under which `update` finds the static report again.

    Returns
    -------
    Panel or None
        The panel that was shown.
    """
    named = {} if display_id is None else {"display_id": display_id}
    display(_still(report, others), raw=True, **named)
    if not widget:
        return None
    if live is not None and live.panel is not None:
        if report.run.error is None:
            live.finish(report, others)
            return live.panel
        live.close()
    from nbdiag.panel.panel import Panel

    panel = Panel(report, others)
    display(panel)
    return panel


def update(
    report: ReportData, others: Sequence[ReportData] = (), *, display_id: str, panel: Any = None
) -> None:
    """Show another report where one is shown.

    Parameters
    ----------
    report, others
        The new reports.
    display_id
        That of the static report.
    panel
        What `show` returned.
    """
    update_display(_still(report, others), raw=True, display_id=display_id)
    if panel is not None:
        panel.update(report, others)


def _still(report: ReportData, others: Sequence[ReportData]) -> dict[str, str]:
    """Write the static report."""
    return {"text/plain": text.write(report, others), "text/html": html.write(report, others)}
