"""The panel itself: contents, buttons, and the bridge between them and the notebook."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import ipywidgets

from nbdiag.language import later, say, speaking
from nbdiag.panel.bridge import Abilities, Bridge, Gone, read
from nbdiag.panel.fix_card import FixCard
from nbdiag.panel.fix_combiner import FixCombiner
from nbdiag.panel.layout import PanelLayout, Widgets
from nbdiag.panel.outputs import cell_id, front_end, mark, still
from nbdiag.panel.proof_controls import Asked, ProofControls
from nbdiag.panel.template import html, write
from nbdiag.render.document import headline_of
from nbdiag.render.summary.fits_table import fit_rows
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.report import ReportData

PLAIN = later("nbdiag panel: its buttons work in a running notebook.")
_LOST = later(
    "The kernel was restarted. The buttons still add cells; run the cell again for a new report."
)
_LOST_WITHOUT_BUTTONS = later("The kernel was restarted. Run the cell again for a new report.")
_LABEL = later("nbdiag report")
_VIEW = "application/vnd.jupyter.widget-view+json"
_MOST_OTHERS = 8  # a search over a hundred fits would send thousands of widgets


class Panel(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets is untyped here
    """A report as widgets, with a button for every fix.

    Parameters
    ----------
    report
        The report to show; its fixes carry their cells. None for one that will come.
    others
        Reports of other fits of the same cell; the first eight are shown folded.

    Attributes
    ----------
    abilities
        What the front end says it can do, None until one has shown the panel.
    asked
        Called when the user asks for a proof: with the code of a finding and the number of its
        fix, or with "" and None for the top fixes. None while nothing can be tried.
    proofs
        What is shown of proofs, None where nothing can be tried.
    requests
        Fixes whose buttons were clicked, oldest first. Only a click of the user inserts a cell:
        one made in Python is noted here and answered with the text of the cell.
    """

    children: Widgets

    def __init__(self, report: ReportData | None = None, others: Sequence[ReportData] = ()) -> None:
        super().__init__()
        self.abilities: Abilities | None = None
        self.requests: list[Fix] = []
        self.asked: Asked | None = None
        self.proofs: ProofControls | None = None
        self._lang = "en"
        self._offers: tuple[FixCard, ...] = ()
        self._choices: tuple[FixCombiner, ...] = ()
        self._listeners: list[Callable[[Finding, Fix], Any]] = []
        self.add_class("nbdiag-panel")
        self._shown: tuple[ReportData | None, Sequence[ReportData]] = (None, ())
        self._bridge = Bridge(cell_id=cell_id(), panel_id=self.model_id)
        self._bridge.on_msg(lambda _, message, __: self._hear(message))
        if report is not None:
            self.update(report, others)

    @property
    def fix_buttons(self) -> tuple[ipywidgets.Button, ...]:
        """The buttons, in the order in which they are read."""
        return tuple(offer.button for offer in self._offers)

    @property
    def apply_buttons(self) -> tuple[ipywidgets.Button, ...]:
        """Buttons that apply ticked fixes: one per report whose fixes go together."""
        return tuple(choice.button for choice in self._choices)

    def on_fix(self, listener: Callable[[Finding, Fix], Any]) -> None:
        """Call a function with the finding and the fix whenever a button is clicked."""
        self._listeners.append(listener)

    def update(self, report: ReportData, others: Sequence[ReportData] = ()) -> None:
        """Show another report in the same place."""
        self._lang = report.lang
        with speaking(self._lang):
            self._update(report, others)

    def _update(self, report: ReportData, others: Sequence[ReportData]) -> None:
        before = self.children
        leading = PanelLayout(report, asked=self.asked)
        self.proofs = leading.proofs
        offers = _with_button(leading.offers)
        folded = []
        for other in others[:_MOST_OTHERS]:
            folded.append(PanelLayout(other, first=len(offers), leading=False))
            offers += _with_button(folded[-1].offers)
        self._offers = tuple(offers)
        self._choices = tuple(one.choice for one in (leading, *folded) if one.choice)
        for place, offer in enumerate(self._buttons()):
            offer.on_click(partial(self._clicked, place))
        for place, choice in enumerate(self._choices, len(offers)):
            choice.button.add_class(f"nbdiag-apply-{place}")
            choice.on_change(self._send_cells)
        self._send_cells()
        if self._bridge.live:
            self._bridge.live = "ended"
        self._shown = (report, others)
        self._bridge.farewell = say(_LOST if self._offers else _LOST_WITHOUT_BUTTONS)
        self._bridge.label = say(_LABEL)
        self.set_tone(leading.order.tone)
        self.children = (
            self._bridge,
            *_table(report, others),
            *leading.widgets,
            *_fold(others, folded),
        )
        for widget in before:
            if widget is not self._bridge:
                close_all(widget)
        self._bridge.ready = True

    def close(self) -> None:
        """Close the panel with all that it holds; the page shows the static report again."""
        for child in self.children:
            close_all(child)
        super().close()

    def shrink(self, said: str) -> None:
        """Fold all that is shown under one line: what it is about has been repaired."""
        inside = ipywidgets.VBox(self.children[1:])
        inside.add_class("nbdiag-folded")
        self.set_tone("calm")
        self.children = (self._bridge, html(write("fold.html", said=said)), inside)

    def _buttons(self) -> tuple[FixCard | FixCombiner, ...]:
        """Return what has a button, in the order in which the front end counts them."""
        return (*self._offers, *self._choices)

    def _send_cells(self) -> None:
        self._bridge.fixes = [
            {"source": one.fix.source if one.fix else ""} for one in self._buttons()
        ]

    def show_live(self, widgets: Widgets, lang: str) -> None:
        """Show a training that runs; `update` puts the report in their place."""
        self._lang = lang
        self._bridge.live = "running"
        with speaking(lang):
            self._bridge.farewell = say(_LOST_WITHOUT_BUTTONS)
            self._bridge.label = say(_LABEL)
        self.children = (self._bridge, *widgets)
        self._bridge.ready = True

    def set_tone(self, tone: str) -> None:
        """Take the colour of "error", "warning", "failed", "calm", or "running" before that."""
        if f"nbdiag-tone-{tone}" in self._dom_classes:
            return
        for name in ("error", "warning", "failed", "calm", "running"):
            self.remove_class(f"nbdiag-tone-{name}")
        self.add_class(f"nbdiag-tone-{tone}")

    def _clicked(self, place: int) -> None:
        """Answer a click that the bridge did not see: Python's own, or where there is none."""
        button = self._buttons()[place]
        if self._note(button):
            with speaking(self._lang):
                button.say_alone(shown=self.abilities is not None)

    def _note(self, button: FixCard | FixCombiner) -> bool:
        """Note that a fix is wanted, and say whether there is one."""
        if button.fix is None:  # contradicting fixes are ticked; the panel says so already
            return False
        self.requests.append(button.fix)
        for listener in self._listeners:
            listener(button.finding, button.fix)
        return True

    def _hear(self, message: Any) -> None:
        heard = read(message)
        if isinstance(heard, Abilities):
            self.abilities = heard
        elif heard is not None and 0 <= heard.fix < len(self._buttons()):
            button = self._buttons()[heard.fix]
            if isinstance(heard, Gone):
                button.clear()
                return
            with speaking(self._lang):
                button.say(heard)
            self._note(button)

    def __repr__(self) -> str:
        return "<nbdiag panel>"

    def _repr_mimebundle_(self, **_: Any) -> Any:
        with speaking(self._lang):
            if front_end() != "other":
                return still(*self._shown), mark(self.model_id)
            # The text must not change from run to run: notebooks are compared by it.
            view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
            return {"text/plain": say(PLAIN), _VIEW: view}


def _with_button(offers: Iterable[FixCard]) -> list[FixCard]:
    return [offer for offer in offers if offer.button is not None]


def _table(report: ReportData, others: Sequence[ReportData]) -> Widgets:
    """Show all fits of the cell at a glance."""
    rows = fit_rows(report, others)
    return (html(write("fits.html", rows=rows), "nbdiag-all"),) if rows else ()


def _fold(others: Sequence[ReportData], folded: Sequence[PanelLayout]) -> Widgets:
    if not folded:
        return ()
    titles = [headline_of(report, most=90) for report in others[: len(folded)]]
    boxes = [ipywidgets.VBox(contents.widgets) for contents in folded]
    made = ipywidgets.Accordion(boxes, titles=titles, selected_index=None)
    made.add_class("nbdiag-block")
    return (made,)


def close_all(widget: ipywidgets.Widget) -> None:
    """Close a widget and all that it holds."""
    for child in getattr(widget, "children", ()):
        close_all(child)
    widget.close()
