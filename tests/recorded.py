"""The recorded runs, each read once in a process and judged once."""

from functools import cache
from pathlib import Path

from nbdiag.engine import judge
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import TrainingRun

RUNS = Path(__file__).resolve().parent / "runs"
FILES = tuple(sorted(RUNS.rglob("*.json")))


@cache
def load(path: Path) -> TrainingRun:
    return TrainingRun.load(path)


@cache
def judged(path: Path) -> ReportData:
    """What all rules say of a recorded run."""
    return judge(load(path))
