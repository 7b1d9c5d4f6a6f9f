"""What goes on beside one cell's trainings: the live panel, Stop, and ``--stop-on``."""

from collections.abc import Callable
from typing import Any

from nbdiag.schema.run import TrainingRun


class LiveObserver:
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
        Which rules are heard, and in which language.

    Attributes
    ----------
    panel
        The live panel, None before the first fit and where there is no front end.
    """

    def __init__(
        self, display: Callable[..., Any], *, live: bool, stop_on: str, settings: Any
    ) -> None:
        from nbdiag.capture.stop import Stop
        from nbdiag.early_stop import Guard

        self.panel: Any = None
        self._display = display
        self._live = live
        self._lang = settings.lang
        self._ends = stop_on == "error"
        self._guard = Guard(Stop(), "error" if self._ends else "never", settings)

    def requests(self) -> dict[str, Any]:
        """Return what `watch` should call; nothing when nobody listens."""
        if not self._live and not self._ends:
            return {}
        requests = {"stop": self._guard.stop, "on_begin": self._hear, "on_epoch": self._hear_epoch}
        return requests | {"on_step": self._step} if self._live else requests

    def close(self) -> None:
        """End what has not become a report."""
        if self.panel is not None:
            self.panel.close()

    def _hear(self, run: TrainingRun) -> None:
        report = self._guard.look(run)
        if self._live:
            self._shown().draw(report)

    def _hear_epoch(self, run: TrainingRun) -> None:
        from nbdiag.live_verdict import epochs_left

        if epochs_left(run):
            self._hear(run)
        elif self._live:
            # The report is next: only the words on how far the training has come.
            self._shown().step(run.history.completed, 0, None)

    def _step(self, progress: Any) -> None:
        self._shown().step(progress.done, progress.batch, progress.batches)

    def _shown(self) -> Any:
        """Make the panel when it is first needed: a cell may train nothing."""
        if self.panel is None:
            from nbdiag.panel.live_panel import LivePanel

            stop = self._guard.stop
            self.panel = LivePanel(
                display=self._display,
                ask=lambda: stop.ask("user"),
                asked=stop.is_set,
                lang=self._lang,
            )
        return self.panel
