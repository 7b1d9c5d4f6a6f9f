"""The panel while the training runs: progress, curves, what is certain by now, and Stop."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

from nbdiag.language import later, say, speaking
from nbdiag.panel.fill import html, write
from nbdiag.panel.panel import Panel
from nbdiag.panel.stop import StopLine
from nbdiag.render.describe import describe
from nbdiag.render.outline import outline
from nbdiag.render.progress import Position, position_of, status
from nbdiag.render.sketch import sketch
from nbdiag.schema.report import ReportData

_TOOLTIP = later(
    "Ends this fit after its running batch, as early stopping would: the history and the report "
    "are kept, and the cell goes on."
)


class LivePanel:
    """Shows the trainings of one cell as they go, in the panel that will hold the report.

    Parameters
    ----------
    display
        IPython's ``display``.
    ask
        Called when Stop was clicked, at times from another thread.
    asked
        Whether Stop was clicked.
    lang
        Of what is said; the training may report from another thread, which speaks English.
    clock
        Seconds, from anywhere.

    Attributes
    ----------
    panel
        None before the first fit.
    """

    def __init__(
        self,
        *,
        display: Callable[..., Any],
        ask: Callable[[], None],
        asked: Callable[[], bool],
        lang: str = "en",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.panel: Panel | None = None
        self._display = display
        self._ask = ask
        self._asked = asked
        self._lang = lang
        self._clock = clock
        self._began = clock()
        self._line: StopLine | None = None
        self._at = Position(0, 0)
        self._status = html("", "nbdiag-status")
        self._findings = html("", "nbdiag-sofar")
        self._curves = html("")
        self.button = ipywidgets.Button(icon="stop")
        self.button.add_class("nbdiag-stop")
        self.button.on_click(lambda _: ask())

    def begin(self, report: ReportData) -> None:
        """Show a training that is about to begin.

        Parameters
        ----------
        report
            Its run before the first step, and what is certain of it.
        """
        self._began = self._clock()
        if self.panel is None:
            head = ipywidgets.Box([self._status, self.button])
            head.add_class("nbdiag-live")
            self.panel = Panel()
            self.panel.show_live((head, self._findings, self._curves), self._lang)
            self._line = StopLine(self.panel.model_id, self._ask)
            self._line.open()
            self.draw(report)
            self._display(self.panel)
        else:
            self.draw(report)

    def draw(self, report: ReportData) -> None:
        """Show the run so far, and what is certain of it."""
        if self.panel is None:
            return
        with speaking(self._lang):
            self._draw(self.panel, report)

    def _draw(self, panel: Panel, report: ReportData) -> None:
        order = outline(report)
        self._at = position_of(report.run)
        self._say()
        told = [*(section.cause for section in order.sections), *order.alone]
        self._findings.value = write("sofar.html", findings=told)
        image = sketch(report)
        said: dict[str, Any] = {"image": image, "alt": describe(report)}
        self._curves.value = write("live.html", **said)
        panel.set_tone(order.tone if told else "running")

    def step(self, done: int, batch: int, batches: int | None) -> None:
        """Show how far the epoch after so many others has come."""
        self._at = self._at.within(done, batch, batches)
        with speaking(self._lang):
            self._say()

    def finish(self, report: ReportData, others: Sequence[ReportData] = ()) -> None:
        """Turn into the final panel."""
        self._hang_up()
        if self.panel is not None:
            self.panel.update(report, others)

    def close(self) -> None:
        """Go away: there is no report to show."""
        self._hang_up()
        if self.panel is not None:
            self.panel.close()
            self.panel = None

    def _say(self) -> None:
        seconds = self._clock() - self._began
        asked = self._asked()
        self.button.disabled = asked
        self.button.description = say("Stopping …") if asked else say("Stop training")
        self.button.tooltip = say(_TOOLTIP)
        said = status(self._at, seconds, stopping=asked)
        self._status.value = write("status.html", said=said)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
