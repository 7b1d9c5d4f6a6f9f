"""A proof beside a free kernel: what it finds comes on the loop that runs the cells."""

import asyncio
import threading

import pytest

from nbdiag import experiments
from nbdiag.magics import shown_report
from nbdiag.magics.options import Effort
from nbdiag.magics.shown_report import ShownReport
from nbdiag.schema.finding import Proof
from nbdiag.trial.proof_progress import Begun, Tried
from nbdiag.trial.worker import Cancelled, CannotSend, WorkerDied
from tests.magics.test_cells import remember

BETTER = Proof("better", "0 of 4 train → 4 of 4 train")


class Task:
    """A task that ends when a test says so, in another thread."""

    def __init__(self, outcome):
        self.outcome = outcome
        self.listeners = []

    def result(self):
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    def cancel(self):
        self.outcome = Cancelled("it was cancelled")
        self.end()

    def on_end(self, listener):
        self.listeners.append(listener)

    def end(self):
        thread = threading.Thread(target=lambda: [act(self) for act in self.listeners])
        thread.start()
        thread.join()


@pytest.fixture
def actions(book):
    remember(book, "nbd103_faulty_one_softmax_unit")
    return book.shell.magics_manager.registry["TrainDiagMagics"].actions


def started(monkeypatch, actions, outcome, *events):
    """Begin a proof on a loop, end it, and give what is shown and said."""
    task, ended, said = Task(outcome), [], []
    known = []

    def start(report, training, question, state):
        if isinstance(outcome, CannotSend):
            raise outcome
        known.append(state)
        for event in events:
            state.hear(event)
        return task

    monkeypatch.setattr(experiments, "start", start)
    shown = ShownReport(actions)

    async def cell():
        said.append(shown.start((None, {}), Effort(), done=lambda: ended.append(True)))
        await asyncio.sleep(0)
        assert not ended
        if not said[0]:
            task.end()
            await asyncio.sleep(0.05)

    monkeypatch.setattr(shown, "update", lambda: None)
    asyncio.run(cell())
    return shown, ended, said[0]


def test_what_is_found_is_remembered(monkeypatch, actions):
    report = actions.memory.report
    found = report.with_findings(report.findings[:1])
    shown, ended, said = started(monkeypatch, actions, found)
    assert (said, ended) == ("", [True])
    assert shown.reports[0] == found
    assert actions.memory.report is shown.reports[0]


def test_of_a_proof_that_ends_early_what_is_decided_is_kept(monkeypatch, actions):
    report = actions.memory.report
    events = Begun(report, ((0, 0), (0, 1))), Tried(0, BETTER)
    for outcome in (Cancelled("it was cancelled"), WorkerDied("the process has ended")):
        shown, ended, _ = started(monkeypatch, actions, outcome, *events)
        assert ended == [True]
        assert any(fix.proof == BETTER for fix in shown.reports[0].findings[0].fixes)


def test_the_report_of_another_cell_is_left_alone(monkeypatch, actions):
    report = actions.memory.report
    shown = ShownReport(actions)
    actions.memory.replace_report(report.with_findings(()))
    other = actions.memory.report
    shown.learn(report.with_findings(report.findings[:1]), 0)
    assert actions.memory.report is other
    assert len(shown.reports[0].findings) == 1


def test_what_cannot_be_sent_is_said_and_nothing_begins(monkeypatch, actions):
    shown, ended, said = started(monkeypatch, actions, CannotSend("it holds a lock"))
    assert "because the training cannot be sent to another one: it holds a lock." in said
    assert ended == []
    assert shown.reports == actions.memory.reports


def test_no_loop_no_free_kernel(actions):
    assert shown_report._loop() is None
    assert not ShownReport(actions).leaves_the_kernel_free
