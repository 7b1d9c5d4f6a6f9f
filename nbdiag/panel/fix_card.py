"""One fix on offer: its button, what it changes, and the answer after a click."""

from collections.abc import Callable
from html import escape

import ipywidgets

from nbdiag.language import later, say
from nbdiag.panel.bridge import Outcome
from nbdiag.panel.proof_line import proof_line
from nbdiag.panel.status import Answer
from nbdiag.panel.template import html, write
from nbdiag.render.changed_lines import edits_of
from nbdiag.render.document import can_insert, command
from nbdiag.render.phrases import one_line
from nbdiag.schema.finding import Finding, Fix, Proof

_MEANING = {
    "safe": later("The settings contradict each other; this resolves it."),
    "review": later("Plausible, but it trades something: read what it changes."),
    "display": later("Shown only: your code cannot be edited with certainty."),
}
_TWO = 2
_SHORT = 6  # changed lines up to which they are shown below the button to click first
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
                "badge.html",
                fix=fix,
                meaning=say(_MEANING[fix.safety]),
                named=self.button is None,
                either=_either(finding, fix),
            )
        )
        opened = leading and sum(len(edit.lines) for edit in edits_of(fix)) <= _SHORT
        diff = html(write("diff.html", fix=fix, opened=opened), "nbdiag-changes")
        if opened:
            diff.add_class("nbdiag-open")
        self._tried = html("")
        shown = [badge, self._tried, diff]
        self._row = ipywidgets.Box([self.button, *shown] if self.button else shown)
        self._row.add_class("nbdiag-offer")
        said = (html(write("fix.html", fix=fix)),) if fix.note or fix.proof else ()
        self.widget = ipywidgets.VBox([self._row, self._answer.widget, *said])
        self.widget.add_class("nbdiag-fixes")
        if fix.proof is not None:
            self.show_proof(fix.proof)

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
        name = f'<span class="nbdiag-unseen">: {escape(one_line(self.fix.title, 160))}</span>'
        self._tick = ipywidgets.Checkbox(
            description=f"{say('combine')}{name}",
            description_allow_html=True,
            indent=False,
            tooltip=say(
                "Tick to apply it together with others: {fix}", fix=one_line(self.fix.title, 160)
            ),
            layout=ipywidgets.Layout(width="auto"),
        )
        self._tick.add_class("nbdiag-tick")
        self._row.children = (*self._row.children, self._tick)
        return self._tick

    def add_proof(self, button: ipywidgets.Button) -> ipywidgets.Button:
        """Add a button that tries the fix, and what it has shown after it."""
        others = [item for item in self._row.children if item is not self._tried]
        self._row.children = (*others, button, self._tried)
        return button

    def show_proof(self, proof: Proof) -> None:
        """Show what is known by now of a proof of this fix."""
        verdict = proof.verdict.replace(" ", "-")
        self._tried.value = write("tried.html", said=proof_line(proof), verdict=verdict)

    def say_alone(self, *, shown: bool) -> None:
        """Answer a click that no page has handled, whether or not one shows the panel."""
        self._answer.say_alone(command(self.finding, self.fix), self.fix, shown=shown)

    def clear(self) -> None:
        """Clear the message: the cell is gone."""
        self._answer.clear()

    def say(self, outcome: Outcome) -> None:
        """Answer a click with what the front end made of it."""
        self._answer.say(outcome, command(self.finding, self.fix), self.fix)


def _either(finding: Finding, fix: Fix) -> str:
    """Return what is said after the last of several fixes: the first is the usual one."""
    alone = [item for item in finding.fixes if can_insert(item) and not item.repairs]
    if len(alone) < _TWO or fix is not alone[-1]:
        return ""
    if len(alone) == _TWO:
        return say("Either one is enough.")
    return say("Any one of them is enough.")


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
