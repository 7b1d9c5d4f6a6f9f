"""Proofs in the panel: their buttons, what is known of each fix by now, and Cancel."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from nbdiag.language import later, say, speaking
from nbdiag.panel.fix_card import FixCard
from nbdiag.panel.template import html, write
from nbdiag.schema.finding import Finding
from nbdiag.schema.report import ReportData
from nbdiag.trial.proof_progress import Begun, Progress, Tried, Trying, trying_line

Asked = Callable[[str, int | None], None]
"""Called with the code of a finding and the number of its fix; with "" and None for all."""

_TOOLTIP = later(
    "Trains copies of your model with and without this fix, in a separate process: the kernel "
    "stays free, and nothing of yours is touched."
)
_ALL = later(
    "Trains copies of your model with and without the top fixes, in a separate process: the kernel "
    "stays free, and nothing of yours is touched."
)
_CANCEL = later("Ends the proof at once; what is decided by then is kept.")


class ProofControls:
    """What a panel shows of proofs.

    Parameters
    ----------
    report
        The report that is shown.
    asked
        Called when a proof is asked for.

    Attributes
    ----------
    buttons
        One for each fix that can be tried, then the one for all.
    cancel
        Ends the proof that runs.
    widget
        Progress, the button for all and Cancel, in a box.
    """

    def __init__(self, report: ReportData, asked: Asked) -> None:
        self._report = report
        self._asked = asked
        self._cards: list[FixCard] = []
        self._begun: Begun | None = None
        self._stop: Callable[[], None] | None = None
        self._all = _button(say("Prove the top fixes"), say(_ALL))
        self._all.on_click(lambda _: self._asked("", None))
        self.buttons: tuple[ipywidgets.Button, ...] = (self._all,)
        self.cancel = _button(say("Cancel"), say(_CANCEL))
        self.cancel.add_class("nbdiag-cancel")
        self.cancel.icon = "times"
        self.cancel.on_click(lambda _: self._cancelled())
        self._said = html("", "nbdiag-proving")
        self.cancel.layout.display = "none"
        self.widget = ipywidgets.Box([self._all, self.cancel, self._said])
        self.widget.add_class("nbdiag-proofs")

    def add(self, card: FixCard) -> None:
        """Add a button to a fix that can be tried."""
        if not card.fix.changes:
            return
        code = card.finding.code
        number = next(at for at, fix in enumerate(card.finding.fixes) if fix is card.fix)
        button = card.add_proof(_button(say("Prove"), say(_TOOLTIP)))
        button.on_click(lambda _: self._asked(code, number))
        self._cards.append(card)
        self.buttons = (*self.buttons[:-1], button, self._all)

    def begin(self, stop: Callable[[], None]) -> None:
        """Show that a proof has begun.

        Parameters
        ----------
        stop
            Ends it.
        """
        self._stop = stop
        for button in self.buttons:
            button.disabled = True
        self.cancel.disabled = False
        self.cancel.layout.display = ""
        self.say(say("The proof begins in a separate process …"))

    def hear(self, event: Progress) -> None:
        """Show how far it is; from whatever thread."""
        with speaking(self._report.lang):
            if isinstance(event, Begun):
                self._begun = event
            elif isinstance(event, Trying):
                self.say(trying_line(event))
            elif isinstance(event, Tried):
                self._tried(event)

    def end(self, said: str = "") -> None:
        """Show that nothing runs any longer."""
        self._stop = None
        self.cancel.layout.display = "none"
        for button in self.buttons:
            button.disabled = False
        self.say(said)

    def say(self, text: str) -> None:
        """Show a line beside the buttons."""
        self._said.value = write("proving.html", said=text)

    def _tried(self, event: Tried) -> None:
        if self._begun is None:
            return
        finding, fix = self._begun.places[event.fix]
        found: Finding = self._begun.report.findings[finding]
        changes = found.fixes[fix].changes
        for card in self._cards:
            if card.finding.code == found.code and card.fix.changes == changes:
                card.show_proof(event.proof)

    def _cancelled(self) -> None:
        self.cancel.disabled = True
        if self._stop is not None:
            self._stop()


def _button(text: str, tooltip: str) -> Any:
    made = ipywidgets.Button(
        description=text, tooltip=tooltip, layout=ipywidgets.Layout(width="auto")
    )
    made.add_class("nbdiag-prove")
    return made
