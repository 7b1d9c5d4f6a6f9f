"""Judges a training while it runs, and ends it when that is wanted."""

from typing import Literal

from nbdiag.capture.stop import Stop
from nbdiag.engine import Settings
from nbdiag.live_verdict import epochs_left, judge_so_far
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import TrainingRun

StopOn = Literal["error", "never"]


class Guard:
    """Looks at a training whenever it is shown the run so far.

    Parameters
    ----------
    stop
        Ends the running training when set.
    stop_on
        "error" ends it as soon as an error is certain.
    settings
        Which rules are heard; all by default.
    """

    def __init__(self, stop: Stop, stop_on: StopOn, settings: Settings | None = None) -> None:
        self.stop = stop
        self._stop_on = stop_on
        self._settings = settings

    def look(self, run: TrainingRun) -> ReportData:
        """Judge the run so far; give what is certain of it."""
        report = judge_so_far(run, self._settings)
        error = next((item for item in report.findings if item.severity == "error"), None)
        if self._stop_on == "error" and error is not None and epochs_left(run):
            self.stop.ask("error", error.code)
        return report
