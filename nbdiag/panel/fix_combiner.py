"""Fixes ticked together: one button that puts them into one cell."""

from collections.abc import Callable, Sequence
from itertools import combinations

import ipywidgets

from nbdiag.combined_cell import CannotJoin, Pick, joined, useful_together
from nbdiag.language import later, say, say_count, speaking
from nbdiag.panel.bridge import Outcome
from nbdiag.panel.fix_card import FixCard
from nbdiag.panel.status import Answer
from nbdiag.panel.template import html, write
from nbdiag.render.document import command
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.report import ReportData

_TOOLTIP = later(
    "Puts one cell with all ticked fixes below this one. Nothing is run, nothing is overwritten."
)


class FixCombiner:
    """The ticked fixes of one report.

    Parameters
    ----------
    report
        The report whose run is repaired.
    offers
        Fixes that go with at least one other; each gets a box to tick.

    Attributes
    ----------
    fix
        All ticked fixes as one; None when none is ticked or they contradict each other.
    finding
        What the first ticked fix belongs to.
    button
        Inserts the cell.
    widget
        All of it in a box.
    """

    def __init__(self, report: ReportData, offers: Sequence[FixCard]) -> None:
        self._report = report
        self._offers = offers
        self._changed: list[Callable[[], None]] = []
        self.finding: Finding = offers[0].finding
        self.fix: Fix | None = None
        self.button = ipywidgets.Button(
            tooltip=say(_TOOLTIP), layout=ipywidgets.Layout(width="auto")
        )
        self.button.add_class("nbdiag-apply")
        self._shown = html("")
        self._answer = Answer()
        self.widget = ipywidgets.VBox([self.button, self._shown, self._answer.widget])
        self.widget.add_class("nbdiag-choice")
        self.widget.add_class("nbdiag-block")
        for offer in offers:
            offer.add_tick().observe(lambda _: self._ticked(), "value")
        self._read()

    def on_change(self, act: Callable[[], None]) -> None:
        """Do something when other fixes are ticked."""
        self._changed.append(act)

    def on_click(self, act: Callable[[], None]) -> None:
        """Do something when the button is clicked."""
        self.button.on_click(lambda _: act())

    def say_alone(self, *, shown: bool) -> None:
        """Answer a click that no page has handled, whether or not one shows the panel."""
        if self.fix is not None:
            self._answer.say_alone(self._command(), self.fix, shown=shown)

    def clear(self) -> None:
        """Clear the message: the cell is gone."""
        self._answer.clear()

    def say(self, outcome: Outcome) -> None:
        """Answer a click with what the front end made of it."""
        if self.fix is not None:
            self._answer.say(outcome, self._command(), self.fix)

    def _picks(self) -> list[Pick]:
        return [(offer.finding, offer.fix) for offer in self._offers if offer.ticked]

    def _command(self) -> str:
        first, *rest = [command(*pick) for pick in self._picks()]
        return " ".join([first, *(one.removeprefix("%traindiag fix ") for one in rest)])

    def _ticked(self) -> None:
        with speaking(self._report.lang):
            self._read()

    def _read(self) -> None:
        """Take what is ticked: write its cell, or say why there is none."""
        picks, why = self._picks(), ""
        try:
            self.fix = joined(self._report.run, picks) if picks else None
        except CannotJoin as reason:
            self.fix, why = None, str(reason)
        if picks:
            self.finding = picks[0][0]
        self.button.description = (
            say_count("Apply {number} ticked fix", "Apply {number} ticked fixes", len(picks))
            if picks
            else say("Apply ticked fixes")
        )
        self.button.disabled = self.fix is None
        self.widget.layout.display = "" if picks else "none"
        self.button.button_style = "primary" if len(picks) > 1 and self.fix else ""
        self._shown.value = write("choice.html", fix=self.fix, why=why)
        self._answer.clear()
        for act in self._changed:
            act()


def choice_of(report: ReportData, offers: Sequence[FixCard]) -> FixCombiner | None:
    """Let fixes be ticked that go with another; None when there are no such two."""
    # A repair of several faults is a separate choice.
    with_button = [offer for offer in offers if offer.button is not None and not offer.fix.repairs]
    picks: list[Pick] = [(offer.finding, offer.fix) for offer in with_button]
    fitting = {
        place
        for pair in combinations(range(len(picks)), 2)
        if useful_together(report.run, *(picks[place] for place in pair))
        for place in pair
    }
    return (
        FixCombiner(report, [with_button[place] for place in sorted(fitting)]) if fitting else None
    )
