"""The panel while the training runs: progress, curves, what is certain by now, and Stop."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from nbdiag.language import later, say, speaking
from nbdiag.panel.outputs import front_end
from nbdiag.panel.panel import Panel, close_all
from nbdiag.panel.stop_button import StopLine
from nbdiag.panel.template import html, write
from nbdiag.render.curves.description import describe
from nbdiag.render.curves.live_svg import sketch
from nbdiag.render.document import outline
from nbdiag.render.progress import Position, position_of, status
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

    Attributes
    ----------
    panel
        None before the first fit, and when the panel has gone.
    """

    def __init__(
        self,
        *,
        display: Callable[..., Any],
        ask: Callable[[], None],
        asked: Callable[[], bool],
        lang: str = "en",
    ) -> None:
        self.panel: Panel | None = None
        self._display = display
        self._ask = ask
        self._asked = asked
        self._lang = lang
        self._line: StopLine | None = None
        self._face: _Face | None = None
        self._where = front_end()

    @property
    def button(self) -> ipywidgets.Button | None:
        """The Stop button, None while no training is shown."""
        return self._face.button if self._face else None

    def draw(self, report: ReportData) -> None:
        """Show the run so far, and what is certain of it; the first one brings the panel."""
        if self._where == "none":
            return
        with speaking(self._lang):
            if self.panel is None:
                self._begin(report)
            elif self._face is not None:
                self.panel.set_tone(self._face.draw(report, asked=self._asked()))

    def step(self, done: int, batch: int, batches: int | None) -> None:
        """Show how far the epoch after so many others has come."""
        if self._face is not None:
            with speaking(self._lang):
                self._face.step(done, batch, batches, asked=self._asked())

    def take(self, *, failed: bool = False) -> Panel | None:
        """Hand over the panel for the final report; None where there is none, or it must go.

        Parameters
        ----------
        failed
            Whether the cell failed: its panel belongs below the traceback.
        """
        self._hang_up()
        if failed:
            self.close()
        return self.panel

    def close(self) -> None:
        """Go away: there is no report to show."""
        self._hang_up()
        if self.panel is not None:
            if self._where == "notebook":  # nothing is left to say in that place
                self._display({"text/plain": ""}, raw=True, update=True, **self._place(self.panel))
            close_all(self.panel)
            self.panel = None

    def _begin(self, report: ReportData) -> None:
        face = _Face(self._ask)
        tone = face.draw(report, asked=False)
        panel = Panel()
        panel.set_tone(tone)
        panel.show_live(face.widgets, self._lang)
        self.panel, self._face = panel, face
        self._line = StopLine(panel.model_id, self._ask)
        self._line.open()
        self._display(panel, **self._place(panel))

    def _place(self, panel: Panel) -> dict[str, str]:
        """Compute the options that let the report come into the place of the live panel."""
        return {"display_id": panel.model_id} if self._where == "notebook" else {}

    def _hang_up(self) -> None:
        self._face = None
        if self._line is not None:
            self._line.close()
            self._line = None


class _Face:
    """The widgets of a training that runs."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._at = Position(0, 0)
        self._status = html("", "nbdiag-status")
        self._findings = html("", "nbdiag-sofar")
        self._curves = html("")
        self.button = ipywidgets.Button(icon="stop", tooltip=say(_TOOLTIP))
        self.button.add_class("nbdiag-stop")
        self.button.on_click(lambda _: ask())
        head = ipywidgets.Box([self._status, self.button])
        head.add_class("nbdiag-live")
        self.widgets = (head, self._findings, self._curves)

    def draw(self, report: ReportData, *, asked: bool) -> str:
        """Show a run so far; give the tone of what is certain."""
        order = outline(report)
        told = [*(section.cause for section in order.sections), *order.alone]
        image = sketch(report)
        said: dict[str, Any] = {"image": image, "alt": describe(report)}
        self._at = position_of(report.run)
        self._say(asked=asked)
        self._findings.value = write("sofar.html", findings=told)
        self._curves.value = write("live.html", **said)
        return order.tone if told else "running"

    def step(self, done: int, batch: int, batches: int | None, *, asked: bool) -> None:
        """Show a place within an epoch."""
        self._at = self._at.within(done, batch, batches)
        self._say(asked=asked)

    def _say(self, *, asked: bool) -> None:
        self.button.disabled = asked
        self.button.description = say("Stopping …") if asked else say("Stop training")
        self._status.value = write("status.html", said=status(self._at, stopping=asked))
