"""A report in short, for all recorded runs: sizes, and what leads."""

import json

import pytest

from nbdiag.diagnosis import diagnose
from nbdiag.render.plain_report import MOST, plain_bundle, shortened
from nbdiag.schema.run import TrainingRun
from tests.recorded import FILES, sample

CHOSEN = sample(FILES, 12)


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.stem)
def test_sizes_and_verdict(path):
    run = TrainingRun.load(path)
    report = diagnose(run)
    data, text = report.summary(), report.to_markdown()
    assert len(json.dumps(data, ensure_ascii=False)) <= 4000
    assert data["schema"] == 1
    assert len(text) <= 3000
    first = text.split("\n")[0]
    assert first.startswith("**nbdiag: ")
    grave = [item for item in report.findings if item.severity != "info"]
    if grave:
        assert data["cause"]["code"] in first
        assert data["verdict"] in ("error", "warning")
    else:
        assert data["cause"] is None
        assert data["verdict"] in ("ok", "failed")
    for form in plain_bundle(report, (report,) * 8).values():
        assert len(form) <= MOST


def test_no_value_of_a_sample_is_told():
    run = next(run for path in FILES if (run := TrainingRun.load(path)).data.labels)
    text = diagnose(run).to_markdown()
    assert run.data.labels[0].digest not in text
    assert run.cell.source not in text


def test_saved_as_markdown(tmp_path):
    report = diagnose(TrainingRun.load(CHOSEN[0]))
    report.save(tmp_path / "a.md")
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == report.to_markdown()


def test_a_long_text_is_cut_at_a_line():
    text = "first\n" + "x" * 50 + "\nlast" * 30
    cut = shortened(text, "(cut)", 100)
    assert len(cut) <= 100
    assert cut.split("\n")[0] == "first"
    assert cut.endswith("\n(cut)")
    assert shortened("short", "(cut)", 100) == "short"
