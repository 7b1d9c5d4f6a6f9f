"""``%traindiag investigate``: its lines, its report, its end at an interrupt."""

from dataclasses import replace

import pytest
from IPython.core.error import UsageError

from nbdiag.investigation import Investigation
from nbdiag.trial.worker import WorkerDied
from tests.magics.recorded import remember

LINE = "Copies of it reach 0.01, 0.02 in 40 steps: they do as it did."


@pytest.fixture
def report(book, monkeypatch):
    kept = remember(book, "nbd304_faulty_random_labels")
    actions = book.shell.magics_manager.registry["TrainDiagMagics"].actions
    monkeypatch.setattr(actions, "_require_training", lambda _: (None, {}))
    return kept


def memory_of(book):
    return book.shell.magics_manager.registry["TrainDiagMagics"].memory


def answer(monkeypatch, act):
    asked = []

    def investigate(report, training, budget, here, said):
        asked.append((budget, here))
        said(LINE)
        return act(report)

    monkeypatch.setattr("nbdiag.investigation.investigate", investigate)
    return asked


def with_a_cure(report):
    found = replace(report.findings[0], code="NBD901", name="trains-with-a-change", role="cause")
    return Investigation(report.with_findings((found, *report.findings)), (LINE,))


def test_what_is_found_is_shown_and_remembered(book, report, monkeypatch):
    asked = answer(monkeypatch, with_a_cure)
    assert book.error("%traindiag investigate --budget 2m --here") is None
    assert asked == [(120.0, True)]
    assert LINE in book.text
    assert "NBD901" in book.text
    assert memory_of(book).report.find("NBD901")


def test_where_nothing_is_found_the_report_stays(book, report, monkeypatch):
    answer(monkeypatch, lambda report: Investigation(report, (LINE,)))
    assert book.error("%traindiag investigate") is None
    assert LINE in book.text
    assert memory_of(book).report is report


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (KeyboardInterrupt(), "your model is untouched"),
        (WorkerDied("the process has ended"), "Not tried: the process has ended."),
    ],
)
def test_an_early_end_is_one_sentence(book, report, monkeypatch, problem, said):
    def fail(_):
        raise problem

    answer(monkeypatch, fail)
    assert book.error("%traindiag investigate") is None
    assert book.tracebacks == []
    assert LINE in book.text
    assert said in book.text
    assert memory_of(book).report is report


@pytest.mark.parametrize("words", ["NBD101", "--seeds 3", "--budget never", "--fast"])
def test_what_it_does_not_take_is_refused(book, report, words):
    error = book.error(f"%traindiag investigate {words}")
    assert isinstance(error, UsageError)
    assert "--" in str(error)


def test_it_needs_a_report(book):
    error = book.error("%traindiag investigate")
    assert isinstance(error, UsageError)
    assert "no report yet" in str(error)
