"""The recorded runs, each read once in a process and judged once."""

import re
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from nbdiag.diagnosis import Report, diagnose
from nbdiag.engine import judge
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import TrainingRun

RUNS = Path(__file__).resolve().parent / "runs"
FILES = tuple(sorted(RUNS.rglob("*.json")))


def groups(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Group recorded runs by the rule whose program they are of, the others by their folder.

    A test of each run by itself costs more to manage than to run: one of a group names the runs.
    """
    found: dict[str, list[Path]] = {}
    for path in paths:
        rule = re.match(r"nbd\d{3}", path.stem)
        found.setdefault(rule[0].upper() if rule else path.parent.name, []).append(path)
    return found


def chosen(name: str, one_in: int) -> bool:
    """Whether a name is in a sample: its own hash says so, whatever else there is."""
    return zlib.crc32(name.encode()) % one_in == 0


def sample(paths: Iterable[Path], one_in: int) -> list[Path]:
    """Choose some of the recorded runs, the same ones however many more are recorded."""
    return [path for path in paths if chosen(path.stem, one_in)]


@cache
def load(path: Path) -> TrainingRun:
    return TrainingRun.load(path)


@cache
def diagnosed(path: Path) -> Report:
    """What is reported of a recorded run, with the cells of its fixes."""
    return diagnose(load(path))


@cache
def judged(path: Path) -> ReportData:
    """What all rules say of a recorded run."""
    return judge(load(path))
