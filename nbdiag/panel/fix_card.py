"""One fix on offer: its button, what it changes, and the answer after a click."""

from collections.abc import Callable

import ipywidgets

from nbdiag.language import later, say
from nbdiag.panel.bridge import Outcome
from nbdiag.panel.status import Answer
from nbdiag.panel.template import html, write
from nbdiag.render.document import can_insert, command
from nbdiag.render.phrases import one_line
from nbdiag.schema.finding import Finding, Fix

_MEANING = {
    "safe": later("The settings contradict each other; this resolves it."),
    "review": later("Plausible, but it trades something: read what it changes."),
    "display": later("Shown only: your code cannot be edited with certainty."),
}
_TOOLTIP = later("Puts the repaired cell below this one. Nothing is run, nothing is overwritten.")


class FixCard:
    """A fix with its widgets.

    Parameters
    ----------
    finding, fix
        What is offered.
    place
        Number of the button in its panel; the front end knows the button by it.
    leading
        Whether this is the fix to try first.

    Attributes
    ----------
    button
        None for a fix that is only shown.
    widget
        All of it in a box.
    """

    def __init__(self, finding: Finding, fix: Fix, place: int, *, leading: bool) -> None:
        self.finding = finding
        self.fix = fix
        self.button = _button(fix, place, leading=leading) if can_insert(fix) else None
        self._tick: ipywidgets.Checkbox | None = None
        self._answer = Answer()
        badge = html(
            write(
                "badge.html", fix=fix, meaning=say(_MEANING[fix.safety]), named=self.button is None
            )
        )
        self._row = ipywidgets.Box([self.button, badge] if self.button else [badge])
        self._row.add_class("nbdiag-offer")
        self.widget = ipywidgets.VBox(
            [self._row, self._answer.widget, html(write("fix.html", fix=fix))]
        )
        self.widget.add_class("nbdiag-fixes")

    def on_click(self, act: Callable[[], None]) -> None:
        """Do something when the button is clicked, if there is one."""
        if self.button is not None:
            self.button.on_click(lambda _: act())

    @property
    def ticked(self) -> bool:
        """Whether the user wants it together with others."""
        return self._tick is not None and bool(self._tick.value)

    def add_tick(self) -> ipywidgets.Checkbox:
        """Add a box to tick."""
        self._tick = ipywidgets.Checkbox(
            description=say("combine"),
            indent=False,
            tooltip=say(
                "Tick to apply it together with others: {fix}", fix=one_line(self.fix.title, 160)
            ),
            layout=ipywidgets.Layout(width="auto"),
        )
        self._tick.add_class("nbdiag-tick")
        self._row.children = (*self._row.children, self._tick)
        return self._tick

    def say_alone(self, *, shown: bool) -> None:
        """Answer a click that no page has handled, whether or not one shows the panel."""
        self._answer.say_alone(command(self.finding, self.fix), self.fix, shown=shown)

    def clear(self) -> None:
        """Clear the message: the cell is gone."""
        self._answer.clear()

    def say(self, outcome: Outcome) -> None:
        """Answer a click with what the front end made of it."""
        self._answer.say(outcome, command(self.finding, self.fix), self.fix)


def _button(fix: Fix, place: int, *, leading: bool) -> ipywidgets.Button:
    button = ipywidgets.Button(
        description=one_line(fix.title, 160),
        tooltip=say(_TOOLTIP),
        button_style="primary" if leading else "",
        layout=ipywidgets.Layout(width="auto"),
    )
    button.add_class("nbdiag-fix")
    button.add_class(f"nbdiag-fix-{place}")
    return button
