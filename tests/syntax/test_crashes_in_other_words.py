"""A recorded crash has the same cause and as many written repairs in other words of the user.

One pair of crash and words in three is judged at each run, chosen by a hash of its name; all of
them with ``scripts/test --explore``.
"""

from pathlib import Path

import hypothesis
import pytest

from nbdiag.diagnosis import Report, diagnose
from tests.recorded import chosen, diagnosed, load
from tests.syntax.idioms import IDIOMS

CRASHES = sorted((Path(__file__).parent.parent / "runs" / "crash").glob("*_faulty_*.json"))


def first_cause(report: Report) -> str:
    return report.findings[0].code if report.findings else "none"


def written(report: Report) -> int:
    return sum(bool(fix.source) for found in report.findings for fix in found.fixes)


PAIRS = [
    pytest.param(path, idiom, id=f"{idiom}-{path.stem}") for idiom in IDIOMS for path in CRASHES
]
ALL = hypothesis.settings.get_current_profile_name() == "explore"
TAKEN = [pair for pair in PAIRS if ALL or chosen(str(pair.id), 3)]
# The words that every crash is written in, but for these: a cell whose Keras is TensorFlow's, a call
# in a loop.
OF_TENSORFLOW = {
    "nbd801_faulty_keras_of_tensorflow",
    "nbd802_faulty_pictures_resized",
    "nbd802_faulty_size_of_a_generator",
    "nbd802_faulty_third_axis_of_a_table",
}
UNWRITTEN = {
    "shell line": set(),
    "help line": set(),
    "%time": {"nbd801_faulty_shape_of_a_layer", "nbd813_faulty_deep_decoder"},
    "import keras as k": OF_TENSORFLOW,
    "from tensorflow import keras": OF_TENSORFLOW,
    "CRLF": set(),
}


@pytest.mark.explored
@pytest.mark.parametrize(("path", "idiom"), TAKEN)
def test_other_words_change_neither_the_cause_nor_the_repairs(path: Path, idiom: str) -> None:
    run, report = load(path), diagnosed(path)
    other = IDIOMS[idiom](run)
    if other is None:
        pytest.skip(f"the cell cannot be written with {idiom}")
    found = diagnose(other)
    assert (first_cause(found), written(found)) == (first_cause(report), written(report)), (
        other.cell.source
    )


@pytest.mark.parametrize("idiom", UNWRITTEN)
def test_nearly_every_crash_can_be_written_in_other_words(idiom: str) -> None:
    unwritten = {path.stem for path in CRASHES if IDIOMS[idiom](load(path)) is None}
    assert unwritten == UNWRITTEN[idiom]
