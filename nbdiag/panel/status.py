"""What is said below a button after a click."""

from nbdiag.language import say
from nbdiag.panel.bridge import Outcome
from nbdiag.panel.template import html, write
from nbdiag.render.phrases import one_line
from nbdiag.schema.finding import Fix


class Answer:
    """Whether the new cell is below, and how to get it where it is not."""

    def __init__(self) -> None:
        self.widget = html("", "nbdiag-said")

    def clear(self) -> None:
        """Clear the message."""
        self.widget.value = ""

    def say_alone(self, command: str, fix: Fix, *, shown: bool) -> None:
        """Answer a click that no page has handled, whether or not one shows the panel."""
        self._tell("scripted" if shown else "alone", "", command, fix)

    def say(self, outcome: Outcome, command: str, fix: Fix) -> None:
        """Answer a click with what the front end made of it."""
        state = "inserted" if outcome.ok else "copied" if outcome.copied else "refused"
        why = say(one_line(outcome.why) or "the front end gave no reason")
        self._tell(state, why, command, fix)

    def _tell(self, state: str, why: str, command: str, fix: Fix) -> None:
        self.widget.value = write(
            "answer.html", state=state, why=why, command=command, source=fix.source
        )
