"""Several fixes in one cell, on recorded runs."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from nbdiag.combined_cell import CannotJoin, apart, joined, useful_together
from nbdiag.diagnosis import diagnose
from nbdiag.edits import write_cell
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import ShuffleRows
from nbdiag.schema.run import TrainingRun
from tests.recorded import diagnosed

RUNS = Path(__file__).parent / "runs"


def report_of(name):
    (path,) = RUNS.rglob(f"{name}.json")
    return diagnose(TrainingRun.load(path))


def pick(report, code, place=0):
    finding = report.find(code)
    return finding, [fix for fix in finding.fixes if not fix.repairs][place]


@pytest.fixture(scope="module")
def report():
    """Squared error on a sigmoid, a learning rate too high, and inputs that are not scaled."""
    return report_of("nbd302_faulty_squared_error")


def test_one_cell_holds_every_change_and_nothing_else(report):
    picks = [pick(report, "NBD102"), pick(report, "NBD201"), pick(report, "NBD401")]
    whole = joined(report.run, picks)

    old, new = report.run.cell.source, whole.source
    removed = [line[1:] for line in whole.diff.splitlines()[2:] if line.startswith("-")]
    assert set(old.splitlines()) - set(new.splitlines()) == set(removed)
    assert "binary_crossentropy" in new
    assert "0.001" in new
    assert "Normalization" in new
    assert whole.title == " + ".join(fix.title for _, fix in picks)
    assert whole.safety == "review"
    assert set(map(repr, whole.changes)) == {
        repr(change) for _, fix in picks for change in fix.changes
    }


def test_the_order_of_the_picks_does_not_matter(report):
    picks = [pick(report, "NBD102"), pick(report, "NBD201", 1), pick(report, "NBD401")]
    assert joined(report.run, picks).source == joined(report.run, picks[::-1]).source


def test_joining_again_what_is_joined_changes_nothing(report):
    picks = [pick(report, "NBD102"), pick(report, "NBD201")]
    whole = joined(report.run, picks)
    run = replace(report.run, cell=replace(report.run.cell, source=whole.source))
    assert write_cell(run, whole.changes).source == whole.source
    with pytest.raises(CannotJoin, match="the cell that you have"):
        joined(run, picks)


def test_one_fix_is_given_back_as_it_is(report):
    one = pick(report, "NBD102")
    assert joined(report.run, [one]) is one[1]


def test_a_fix_that_holds_the_other_is_no_use_beside_it(report):
    one, other = pick(report, "NBD201", 0), pick(report, "NBD201", 1)
    assert apart(report.run, one, other) == ""
    assert not useful_together(report.run, one, other)
    assert useful_together(report.run, one, pick(report, "NBD102"))


def test_contradicting_fixes_are_refused_in_one_sentence():
    report = report_of("nbd101_faulty_linear_unit")
    picks = [pick(report, "NBD101", 0), pick(report, "NBD101", 1)]
    with pytest.raises(CannotJoin) as caught:
        joined(report.run, picks)
    said = str(caught.value)
    assert all(fix.title in said for _, fix in picks)
    assert said.count(".") == 1
    assert "how the model ends" in said


def test_two_ways_to_repair_one_crash_are_refused():
    found = 0
    for path in sorted((RUNS / "crash").glob("*_faulty_*.json")):
        report = diagnosed(path)
        fixes = [(item, fix) for item in report.findings for fix in item.fixes if fix.source]
        for one, other in pairwise(fixes):
            if one[0] is other[0]:
                found += 1
                assert not useful_together(report.run, one, other), path.stem
    assert found >= 2


def test_what_no_cell_can_hold_is_told(report):
    finding, fix = pick(report, "NBD102")
    torn = replace(report.run, cell=Cell(report.run.cell.number, "fit("))
    shuffle = replace(fix, title="Shuffle", changes=(ShuffleRows(),), source="x", note="")
    with pytest.raises(CannotJoin, match="No cell can hold these fixes"):
        joined(torn, [(finding, fix), (report.find("NBD401"), shuffle)])


def test_a_fix_that_cannot_be_written_is_shown_and_never_written():
    report = report_of("names_and_numbers")
    (fix,) = report.find("NBD706").fixes
    assert fix.safety == "display"
    assert fix.source == fix.diff == ""
    assert "To be changed by hand: shuffle inputs and labels together" in fix.note


def test_a_cell_on_the_live_model_is_written_and_says_so():
    report = report_of("nbd510_faulty_twelve_layers")
    (fix, *_) = report.find("NBD510").fixes
    assert fix.safety == "review"
    assert fix.source.startswith(report.run.cell.source.split("\n")[0])
    assert "works on the live model" in fix.note
