"""What is saved holds no secret; what works on in the session is whole."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nbdiag.capture.watch import watch
from nbdiag.diagnosis import Report, diagnose
from nbdiag.privacy.masking import without_other_cells
from nbdiag.schema.cell import Cell
from nbdiag.schema.codec import to_json
from nbdiag.schema.run import PastRun, TrainingRun

HERE = Path(__file__).parents[1] / "runs"
HEAD = HERE / "head/nbd103_faulty_one_softmax_unit.json"
CRASH = HERE / "crash/nbd801_faulty_shape_of_a_layer.json"
SECRETS = ("hunter2-SECRET", "sk-live-SECRET-1", "sEcReT99")
SECRET_LINES = (
    "password = 'hunter2-SECRET'\n"
    "client = connect('db://me:sEcReT99@host/x', api_key=\"sk-live-SECRET-1\")\n"
)


def run_with_secrets(path=HEAD):
    """A run whose cell, earlier cells, former run and exception hold secrets."""
    run = TrainingRun.load(path)
    first, *others = run.cell.source.split("\n")
    source = "\n".join([first, *others[:-1], *SECRET_LINES.split("\n")])
    past = PastRun(0, "", (), {}, source="key = 'sk-live-SECRET-1'")
    run = replace(
        run,
        cell=replace(run.cell, source=source),
        earlier=(*run.earlier, Cell(90, "token = 'sEcReT99'\nunrelated = 1\n")),
        previous=(past,),
    )
    if run.error:
        message = f"{run.error.message} (password='hunter2-SECRET', url db://a:sEcReT99@h)"
        run = replace(run, error=replace(run.error, message=message))
    return run


@pytest.mark.parametrize("path", [HEAD, CRASH], ids=["head", "crash"])
@pytest.mark.parametrize("suffix", [".json", ".html", ".txt"])
def test_a_saved_report_holds_no_secret(tmp_path, path, suffix):
    report = diagnose(run_with_secrets(path))
    before = report.to_dict()
    target = tmp_path / f"report{suffix}"
    report.save(target)
    text = target.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    assert report.to_dict() == before
    if suffix == ".json":
        read = Report.from_dict(json.loads(text))
        assert [item.code for item in read.findings] == [item.code for item in report.findings]
        # Of the same length, so every place is where it was.
        assert len(read.run.cell.source) == len(report.run.cell.source)
        assert [past.source for past in read.run.previous] == [""]
        assert 90 not in [cell.number for cell in read.run.earlier]


def test_the_fix_of_the_session_is_whole():
    """Only what is saved is masked: the cell that is inserted must run."""
    report = diagnose(run_with_secrets())
    (fix, *_) = report.findings[0].fixes
    assert all(secret in fix.source for secret in SECRETS)
    (masked, *_) = report.masked().findings[0].fixes
    assert not any(secret in masked.source for secret in SECRETS)
    compile(masked.source.replace("%%traindiag\n", ""), "<masked>", "exec")


def test_a_report_without_secrets_is_saved_as_it_is():
    report = diagnose(TrainingRun.load(HEAD))
    assert report.masked() is report


def test_cells_that_the_report_needs_are_saved():
    """One that a fix takes a line from, and one that a place refers to; of four."""
    place = {"cell": 4, "line": 1, "column": 0, "end_line": 1, "end_column": 3}
    sources = {1: "notes = 'mine'\n", 2: "n = 64\n\nx = 1\n", 3: "\n# mine\n", 4: "m = f()\n"}
    data = {
        "findings": [{"fixes": [{"source": "%%traindiag\nn = 64\n\nfit(n)\n"}]}],
        "run": {
            "cell": {"number": 5, "source": "%%traindiag\nfit(n)\n"},
            "earlier": [{"number": n, "source": text} for n, text in sources.items()],
            "model": {"site": place},
            "previous": [{"cell": 1, "source": "notes = 'mine'\n"}],
        },
    }
    run = without_other_cells(data)["run"]
    assert [cell["number"] for cell in run["earlier"]] == [2, 4]
    assert run["previous"] == [{"cell": 1, "source": ""}]
    assert run["model"] == data["run"]["model"]
    assert len(data["run"]["earlier"]) == 4, "the data themselves stay"


def test_a_failed_cell_keeps_no_values_of_texts_and_none_of_secrets():
    names = {
        "password": "hunter2-SECRET",
        "pin": 4711,
        "patient": "Ann Smith",
        "act": "relu",
        "units": 64,
    }
    source = "client = login(password, pin, patient)\nDense(units, activation=act)\n"
    with (
        pytest.raises(ValueError, match="boom"),
        watch(Cell(3, source), namespace=lambda: names) as seen,
    ):
        raise ValueError("boom")
    things = seen.runs[0].error.scene.names
    assert {name: thing.value for name, thing in things.items()} == {
        "password": "",
        "pin": "",
        "patient": "",
        "act": "'relu'",
        "units": "64",
    }
    assert things["patient"].lengths == (9, 9)
    text = json.dumps(to_json(seen.runs[0]))
    assert "Ann Smith" not in text
    assert "SECRET" not in text
