"""The public surface that other people's code calls."""

import json
import typing

import pytest

import nbdiag
from nbdiag.engine import judge
from nbdiag.rules import Rule, all_rules
from nbdiag.schema.cell import Cell
from nbdiag.schema.finding import Aspect
from nbdiag.schema.run import TrainingRun
from tests.factory import binary, make_run

ASPECTS = set(typing.get_args(Aspect))


@pytest.fixture(scope="module")
def report():
    return nbdiag.diagnose(make_run(activation="linear", labels=binary()))


def test_public_names_exist():
    for name in nbdiag.__all__:
        assert getattr(nbdiag, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = nbdiag.nothing


def test_a_report_is_json_in_the_documented_form(report):
    data = json.loads(json.dumps(report.to_dict()))

    assert data["findings"]
    for finding in data["findings"]:
        assert {
            "code", "name", "aspect", "role", "severity", "confidence", "message", "evidence",
            "explains", "fixes",
        } <= set(finding)  # fmt: skip
        assert finding["aspect"] in ASPECTS
        for item in finding["evidence"]:
            assert set(item) == {"name", "observed", "expected", "source"}
        for fix in finding["fixes"]:
            assert {"title", "safety", "changes", "source", "proof"} <= set(fix)
    for check in data["checks"]:
        assert check["status"] in {"passed", "found", "skipped", "crashed"}


def test_the_principal_cause_is_first(report):
    assert report.findings[0].role == "cause"
    assert report.findings[0].code == "NBD101"
    roles = [finding.role for finding in report.findings]
    assert roles == sorted(roles, key=["cause", "symptom", "advice"].index)


def test_reports_and_runs_survive_json(report):
    again = nbdiag.Report.from_dict(json.loads(json.dumps(report.to_dict())))

    assert again == report
    assert TrainingRun.from_dict(report.run.to_dict()) == report.run


@pytest.mark.parametrize("suffix", [".html", ".json", ".txt"])
def test_a_report_saves_itself(report, tmp_path, suffix):
    report.save(tmp_path / f"report{suffix}")

    assert "NBD101" in (tmp_path / f"report{suffix}").read_text(encoding="utf-8")


def test_an_unknown_ending_is_refused(report, tmp_path):
    with pytest.raises(ValueError, match=r"\.html, \.json, \.md, \.txt or \.png"):
        report.save(tmp_path / "report.docx")


def test_a_newer_format_is_refused():
    data = TrainingRun(cell=Cell(1, "")).to_dict() | {"format": 999}

    with pytest.raises(ValueError, match="upgrade nbdiag"):
        TrainingRun.from_dict(data)


def test_every_rule_has_what_the_checklist_needs():
    for rule in all_rules():
        assert rule.code.startswith("NBD")
        assert rule.code[3:].isdigit()
        assert rule.name == rule.name.lower()
        assert issubclass(rule, Rule)


def test_every_rule_is_on_the_checklist(report):
    assert [check.code for check in report.checks] == [rule.code for rule in all_rules()]


def test_an_empty_run_is_judged_without_a_crash():
    empty = judge(TrainingRun(cell=Cell(1, "")))

    assert not empty.findings
    assert not [check for check in empty.checks if check.status == "crashed"]
