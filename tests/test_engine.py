"""Rules to findings: isolation, ranking, symptoms tied to causes."""

from dataclasses import replace

import pytest

from nbdiag import engine
from nbdiag.engine import Settings, judge, rank
from nbdiag.rules import Skipped
from nbdiag.schema.finding import Finding, Fix, Proof
from tests.factory import make_run


def finding(code, role="cause", severity="error", confidence="proven", **fields):
    return Finding(code, code.lower(), "loss", role, severity, confidence, "It is.", **fields)


def ranked(*findings):
    return [item.code for item in rank(findings)]


def proven(verdict):
    return (Fix("Try it", "safe", (), proof=Proof(verdict, "")),)


def test_severity_goes_before_confidence():
    assert ranked(
        finding("NBD001", severity="warning"),
        finding("NBD002", severity="error", confidence="suspected"),
        finding("NBD003", severity="info"),
    ) == ["NBD002", "NBD001", "NBD003"]


def test_what_is_proven_goes_before_what_is_measured_and_suspected():
    assert ranked(
        finding("NBD001", confidence="suspected"),
        finding("NBD002", confidence="measured"),
        finding("NBD003", confidence="proven"),
    ) == ["NBD003", "NBD002", "NBD001"]


def test_of_one_severity_a_reason_goes_before_steps_that_were_too_few():
    reason = finding("NBD510", severity="warning", confidence="suspected")
    too_few = finding("NBD210", severity="warning", confidence="measured")
    assert ranked(too_few, reason) == ["NBD510", "NBD210"]
    assert ranked(too_few, replace(reason, severity="info")) == ["NBD210", "NBD510"]


def test_of_equals_the_one_that_explains_more_symptoms_leads():
    symptoms = [finding("NBD301", "symptom"), finding("NBD302", "symptom")]
    few = finding("NBD001", explains=("NBD301", "NBD303", "NBD304", "NBD305"))
    many = finding("NBD002", explains=("NBD301", "NBD302"))
    assert ranked(few, many, *symptoms)[:2] == ["NBD002", "NBD001"]


def test_a_cause_with_a_fix_that_was_tried_and_trains_leads():
    stuck = finding("NBD001", fixes=proven("no difference"))
    cured = finding("NBD002", severity="warning", confidence="measured", fixes=proven("better"))
    assert ranked(stuck, cured) == ["NBD002", "NBD001"]
    assert ranked(stuck, replace(cured, fixes=proven("undecided"))) == ["NBD001", "NBD002"]


def test_a_fix_that_does_worse_loses_its_place():
    verdicts = ("worse", "undecided", "failed", "better", "no difference")
    fixes = tuple(fix for verdict in verdicts for fix in proven(verdict))
    untried = Fix("Not tried", "safe", ())
    (item,) = rank([finding("NBD001", fixes=(*fixes, untried))])
    order = [fix.proof.verdict if fix.proof else "" for fix in item.fixes]
    assert order == ["better", "undecided", "no difference", "", "worse", "failed"]


def test_then_the_one_whose_fix_was_proven_leads_then_the_lower_code():
    assert ranked(
        finding("NBD001"), finding("NBD002", fixes=proven("no difference")), finding("NBD003")
    ) == ["NBD001", "NBD002", "NBD003"]
    assert ranked(finding("NBD001"), finding("NBD002", fixes=proven("better")))[0] == "NBD002"


def test_a_cause_keeps_of_its_symptoms_those_that_were_seen():
    cause, symptom = rank(
        [finding("NBD301", "symptom"), finding("NBD001", explains=("NBD301", "NBD302"))]
    )
    assert cause.explains == ("NBD301",)
    assert symptom.explains == ()


def test_a_cause_explains_what_its_symptoms_bring_with_them():
    cause, *_ = rank(
        [
            finding("NBD301", "symptom", explains=("NBD605", "NBD302")),
            finding("NBD605", "symptom", explains=("NBD301",)),
            finding("NBD001", explains=("NBD301",)),
        ]
    )
    assert cause.explains == ("NBD301", "NBD605")


def test_symptoms_follow_their_causes_and_unexplained_ones_come_last():
    assert ranked(
        finding("NBD304", "symptom"),
        finding("NBD303", "symptom"),
        finding("NBD302", "symptom", severity="warning"),
        finding("NBD701", "advice"),
        finding("NBD001", explains=("NBD302",)),
        finding("NBD002", explains=("NBD303", "NBD302"), severity="warning"),
    ) == ["NBD001", "NBD002", "NBD302", "NBD303", "NBD304", "NBD701"]


def test_a_superseded_cause_is_dropped():
    other_side = finding("NBD001", confidence="measured")
    assert ranked(other_side, finding("NBD002", supersedes=("NBD001",))) == ["NBD002"]


def test_a_weaker_cause_does_not_hide_a_more_severe_one():
    weak = finding("NBD002", severity="info", supersedes=("NBD001",))
    assert ranked(finding("NBD001"), weak) == ["NBD001", "NBD002"]


def test_of_two_that_supersede_each_other_one_stays():
    one = finding("NBD001", supersedes=("NBD002",))
    two = finding("NBD002", supersedes=("NBD001",))
    assert ranked(one, two) == ranked(two, one) == ["NBD001"]


class Quiet:
    code, name = "NBD991", "quiet"

    def check(self, run):
        return []


class Crashing:
    code, name = "NBD992", "crashing"

    def check(self, run):
        yield finding("NBD992")
        raise ZeroDivisionError("by zero")


class Skipping:
    code, name = "NBD993", "skipping"

    def check(self, run):
        raise Skipped("probes are off")


class Loud:
    code, name = "NBD994", "loud"

    def check(self, run):
        yield finding("NBD994")


@pytest.fixture
def four(monkeypatch):
    monkeypatch.setattr(engine, "all_rules", lambda: (Quiet, Crashing, Skipping, Loud))


def test_a_rule_that_crashes_is_on_the_checklist_and_changes_nothing_else(four):
    report = judge(make_run())
    assert [item.code for item in report.findings] == ["NBD994"]
    assert [(check.code, check.status) for check in report.checks] == [
        ("NBD991", "passed"),
        ("NBD992", "crashed"),
        ("NBD993", "skipped"),
        ("NBD994", "found"),
    ]
    assert report.checks[1].reason == "ZeroDivisionError: by zero"
    assert report.checks[2].reason == "probes are off"
    assert report.principal.code == "NBD994"


def test_settings_choose_by_code_or_its_beginning(four):
    def heard(**settings):
        return [check.code for check in judge(make_run(), Settings(**settings)).checks]

    assert heard(select=("NBD994", "nbd991")) == ["NBD991", "NBD994"]
    assert heard(ignore=("NBD99",)) == []
    assert heard(select=("NBD99",), ignore=("NBD992",)) == ["NBD991", "NBD993", "NBD994"]
