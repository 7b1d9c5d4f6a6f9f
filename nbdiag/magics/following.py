"""What goes on beside one cell's trainings: the live panel, Stop, and ``--stop-on``."""

from collections.abc import Callable
from typing import Any

from nbdiag.schema.run import TrainingRun


class Following:
    """Hears of the trainings of one cell.

    Parameters
    ----------
    display
        IPython's ``display``.
    live
        Whether there is a front end to show a panel in.
    stop_on
        "error" or "never".
    settings
        Which rules are heard.

    Attributes
    ----------
    panel
        The live panel, None where there is no front end.
    """

    def __init__(
        self, display: Callable[..., Any], *, live: bool, stop_on: str, settings: Any
    ) -> None:
        from nbdiag.capture.stop import Stop
        from nbdiag.guard import Guard

        stop = Stop()
        self.panel: Any = None
        self._guard = Guard(stop, "error" if stop_on == "error" else "never", settings)
        self._needed = live or stop_on == "error"
        if live:
            from nbdiag.panel.live import LivePanel

            self.panel = LivePanel(
                display=display,
                ask=lambda: stop.ask("user"),
                asked=stop.is_set,
                lang=settings.lang,
            )

    def wishes(self) -> dict[str, Any]:
        """Give what `watch` is to call; nothing when nobody listens."""
        if not self._needed:
            return {}
        wishes = {"stop": self._guard.stop, "on_begin": self._begin, "on_epoch": self._epoch}
        return wishes if self.panel is None else wishes | {"on_step": self._step}

    def close(self) -> None:
        """End what has not become a report."""
        if self.panel is not None:
            self.panel.close()

    def _begin(self, run: TrainingRun) -> None:
        report = self._guard.look(run)
        if self.panel is not None:
            self.panel.begin(report)

    def _epoch(self, run: TrainingRun) -> None:
        report = self._guard.look(run)
        if self.panel is not None:
            self.panel.draw(report)

    def _step(self, progress: Any) -> None:
        self.panel.step(progress.done, progress.batch, progress.batches)
