"""One fix on offer: its button, what it changes, and the answer after a click."""

from collections.abc import Callable

import ipywidgets

from nbdiag.panel.bridge import Outcome
from nbdiag.panel.fill import html, write
from nbdiag.render.outline import can_insert, command
from nbdiag.render.words import one_line
from nbdiag.schema.finding import Finding, Fix

_MEANING = {
    "safe": "The settings contradict each other; this resolves it.",
    "review": "Plausible, but it trades something: read what it changes.",
    "display": "Shown only: your code cannot be edited with certainty.",
}
_TOOLTIP = "Puts the repaired cell below this one. Nothing is run, nothing is overwritten."


class Offer:
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
        self.answer = html("")
        badge = html(
            write("badge.html", fix=fix, meaning=_MEANING[fix.safety], named=self.button is None)
        )
        row = ipywidgets.Box([self.button, badge] if self.button else [badge])
        row.add_class("nbdiag-offer")
        self.widget = ipywidgets.VBox([row, self.answer, html(write("fix.html", fix=fix))])
        self.widget.add_class("nbdiag-fixes")

    def on_click(self, act: Callable[[], None]) -> None:
        """Do something when the button is clicked, if there is one."""
        if self.button is not None:
            self.button.on_click(lambda _: act())

    def say_alone(self) -> None:
        """Answer a click where no front end has shown the panel."""
        self._say("alone", "")

    def say(self, outcome: Outcome) -> None:
        """Answer a click with what the front end made of it."""
        state = "inserted" if outcome.ok else "copied" if outcome.copied else "refused"
        self._say(state, one_line(outcome.why) or "the front end gave no reason")

    def _say(self, state: str, why: str) -> None:
        self.answer.value = write(
            "answer.html",
            state=state,
            why=why,
            command=command(self.finding, self.fix),
            source=self.fix.source,
        )


def _button(fix: Fix, place: int, *, leading: bool) -> ipywidgets.Button:
    button = ipywidgets.Button(
        description=one_line(fix.title, 160),
        tooltip=_TOOLTIP,
        button_style="primary" if leading else "",
        layout=ipywidgets.Layout(width="auto"),
    )
    button.add_class("nbdiag-fix")
    button.add_class(f"nbdiag-fix-{place}")
    return button
