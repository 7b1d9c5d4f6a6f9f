"""Put a report into a notebook: what stays, and beside it what lives."""

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from IPython.display import update_display

from nbdiag.panel.outputs import front_end, mark, still
from nbdiag.render.plain_report import plain_bundle
from nbdiag.schema.report import ReportData

if TYPE_CHECKING:
    from nbdiag.panel.live_panel import LivePanel
    from nbdiag.panel.proof_controls import Asked


def show(
    report: ReportData,
    others: Sequence[ReportData] = (),
    *,
    display: Callable[..., Any],
    widget: bool = True,
    live: "LivePanel | None" = None,
    display_id: str | None = None,
    asked: "Asked | None" = None,
) -> Any:
    """Show a report as an output that can be saved, and the panel in its place.

    Where the page cannot put it there, the panel is a second output, and hides the static report
    beside it as far as it can. Where a program runs the notebook, there is no panel.

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
    asked
        Called when a proof is asked for; None where nothing can be tried.

    Returns
    -------
    Panel or None
        The panel that was shown.
    """
    bundle = still(report, others)
    named = {} if display_id is None else {"display_id": display_id}
    where = front_end() if widget else "none"
    if where == "none":
        display(bundle, raw=True, **named)
        return None
    from nbdiag.panel.earlier_panels import note_panel
    from nbdiag.panel.panel import Panel

    panel = live.take(failed=report.run.error is not None) if live is not None else None
    if where == "notebook":
        known = panel is not None
        panel = panel or Panel()
        panel.asked = asked
        place = {"update": True} if known else {}
        metadata, name = mark(panel.model_id), panel.model_id
        display(bundle, raw=True, metadata=metadata, display_id=name, **place)
        panel.update(report, others)
        note_panel(report, panel)
        return panel
    display(bundle, raw=True, **named)
    known = panel is not None
    panel = panel or Panel()
    panel.asked = asked
    panel.update(report, others)
    if not known:
        display(panel)
    note_panel(report, panel)
    return panel


def show_plainly(
    reports: Callable[[], Sequence[Any]], *, display: Callable[..., Any]
) -> Callable[[], None]:
    """Show the reports of a cell as one output of plain text and Markdown, without a widget.

    Parameters
    ----------
    reports
        Returns the reports as they are now, the leading one first.
    display
        IPython's ``display``.

    Returns
    -------
    Callable
        What shows them again in the same place.
    """
    place = uuid.uuid4().hex

    def put(show: Callable[..., Any]) -> None:
        leading, *others = reports()
        data = plain_bundle(leading, others)
        metadata = {"nbdiag": {"summary": leading.summary()}}
        show(data, raw=True, metadata=metadata, display_id=place)

    put(display)
    return lambda: put(update_display)


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
    bundle = still(report, others)
    if panel is not None and front_end() == "notebook":
        metadata, name = mark(panel.model_id), panel.model_id
        update_display(bundle, raw=True, metadata=metadata, display_id=name)
    else:
        update_display(bundle, raw=True, display_id=display_id)
    if panel is not None:
        panel.update(report, others)
