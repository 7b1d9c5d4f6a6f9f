"""Prove buttons, what is known of each fix by now, progress and Cancel."""

from dataclasses import replace

import pytest

from nbdiag.language import speaking
from nbdiag.panel.panel import Panel
from nbdiag.panel.proof_line import proof_line
from nbdiag.schema.finding import Proof, Trial
from nbdiag.trial.proof_progress import Begun, Tried, Trying
from tests.render import stories


def proof(verdict="better", seeds=5, after=0.97):
    trial = Trial("AUC", tuple(range(seeds)), (0.51,) * seeds, (after,) * seeds, 40)
    return Proof(verdict, "the numbers", (trial,))


@pytest.fixture
def report():
    return stories.nothing_moves()


@pytest.fixture
def asked():
    return []


@pytest.fixture
def panel(report, asked):
    made = Panel()
    made.asked = lambda *question: asked.append(question)
    made.update(report)
    return made


def text_of(widget):
    parts = [str(getattr(widget, "value", "")), str(getattr(widget, "description", ""))]
    return " ".join([*parts, *(text_of(child) for child in getattr(widget, "children", ()))])


def test_a_panel_without_a_training_has_no_such_buttons(report):
    made = Panel(report)
    assert made.proofs is None
    assert "Prove" not in text_of(made)


def test_each_fix_that_changes_something_has_a_button_and_there_is_one_for_all(
    panel, report, asked
):
    *single, every = panel.proofs.buttons
    fixes = [fix for finding in report.findings for fix in finding.fixes if fix.changes]
    assert len(single) == len(fixes) > 0
    single[-1].click()
    every.click()
    lead = next(item for item in report.findings if item.fixes)
    assert asked == [(lead.code, len(lead.fixes) - 1), ("", None)]
    assert all("nbdiag-fix" not in button._dom_classes for button in panel.proofs.buttons)


def test_progress_and_results_come_while_it_runs_and_cancel_ends_it(panel, report):
    stopped = []
    controls = panel.proofs
    assert controls.cancel.layout.display == "none"
    controls.begin(lambda: stopped.append(True))
    assert controls.cancel.layout.display != "none"
    assert all(button.disabled for button in controls.buttons)
    controls.hear(Begun(report, ((0, 0), (0, 1))))
    controls.hear(Trying(1, 2, 4))
    assert "trying fix 2 of 2 on seed 4" in text_of(panel)
    controls.hear(Tried(1, proof("undecided", 4)))
    assert "tried on 4 seeds: 0.51 → 0.97, undecided" in text_of(panel)
    controls.hear(Tried(1, proof()))
    assert "tried on 5 seeds: 0.51 → 0.97, better" in text_of(panel)
    assert "undecided" not in text_of(panel)
    controls.cancel.click()
    assert stopped == [True]
    assert controls.cancel.disabled
    controls.end("Stopped.")
    assert "Stopped." in text_of(panel)
    assert not any(button.disabled for button in controls.buttons)
    assert controls.cancel.layout.display == "none"


def test_a_fix_that_was_added_meanwhile_has_no_card_and_moves_no_other(panel, report):
    first = report.findings[0]
    added = replace(first.fixes[0], title="found", changes=first.fixes[1].changes[:0])
    other = report.with_findings(
        (replace(first, fixes=(added, *first.fixes)), *report.findings[1:])
    )
    panel.proofs.begin(lambda: None)
    panel.proofs.hear(Begun(other, ((0, 0), (0, 1))))
    panel.proofs.hear(Tried(0, proof("worse", after=0.2)))
    assert "→ 0.20, worse" not in text_of(panel)
    panel.proofs.hear(Tried(1, proof()))
    assert text_of(panel).count("tried on 5 seeds") == 1


def test_a_proof_of_the_report_is_beside_its_button(report):
    first = report.findings[0]
    fixes = (replace(first.fixes[0], proof=proof("no difference", 6, 0.52)), *first.fixes[1:])
    made = Panel(report.with_findings((replace(first, fixes=fixes), *report.findings[1:])))
    assert "tried on 6 seeds: 0.51 → 0.52, no difference" in text_of(made)


def test_what_is_said_is_escaped(panel):
    panel.proofs.say("<script>alert(1)</script>")
    assert "<script>" not in text_of(panel)


def test_it_speaks_the_language_of_the_report(report):
    made = Panel()
    made.asked = lambda *_: None
    made.update(replace(report, lang="zh"))
    assert "取消" in text_of(made)
    made.proofs.hear(Trying(0, 3, 2))
    assert "2" in text_of(made.proofs.widget)
    assert "trying" not in text_of(made)


def test_a_line_without_numbers_and_with_one_seed():
    assert proof_line(Proof("failed", "it raised")) == "tried: failed"
    assert proof_line(proof(seeds=1)) == "tried on 1 seed: 0.51 → 0.97, better"
    nothing = Trial("AUC", (0,), (float("nan"),), (0.9,), 40)
    assert proof_line(Proof("better", "", (nothing,))) == "tried on 1 seed: none → 0.90, better"
    with speaking("zh"):
        assert "better" not in proof_line(proof())
