"""A recorded crash has the same cause and as many written repairs in other words of the user."""

from functools import cache
from pathlib import Path

import pytest

from nbdiag.diagnosis import Report, diagnose
from nbdiag.schema.run import TrainingRun
from tests.syntax.idioms import IDIOMS

CRASHES = sorted((Path(__file__).parent.parent / "runs" / "crash").glob("*_faulty_*.json"))


@cache
def recorded(path: Path) -> tuple[TrainingRun, Report]:
    run = TrainingRun.load(path)
    return run, diagnose(run)


def first_cause(report: Report) -> str:
    return report.findings[0].code if report.findings else "none"


def written(report: Report) -> int:
    return sum(bool(fix.source) for found in report.findings for fix in found.fixes)


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: path.stem)
@pytest.mark.parametrize("idiom", IDIOMS)
def test_other_words_change_neither_the_cause_nor_the_repairs(path: Path, idiom: str) -> None:
    run, report = recorded(path)
    other = IDIOMS[idiom](run)
    if other is None:
        pytest.skip(f"the cell cannot be written with {idiom}")
    found = diagnose(other)
    assert (first_cause(found), written(found)) == (first_cause(report), written(report)), (
        other.cell.source
    )
