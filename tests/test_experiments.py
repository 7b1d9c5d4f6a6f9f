"""Proofs asked for by a report: in the worker where the training can be sent, else here."""

import pickle
import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nbdiag import experiments
from nbdiag.diagnosis import Report, diagnose
from nbdiag.experiments import Known, Question, provable, prove
from nbdiag.schema.finding import Proof
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.proof_progress import Begun, ProofStopped, Tried, Trying, trying_line
from nbdiag.trial.worker import Cancelled, WorkerDied, close_worker, session_worker
from tests.recorded import RUNS

BETTER = Proof("better", "0 of 4 train → 4 of 4 train")
UNDECIDED = Proof("undecided", "so far")


@pytest.fixture
def report() -> Report:
    (path,) = RUNS.rglob("nbd103_faulty_one_softmax_unit.json")
    return diagnose(TrainingRun.load(path))


def test_a_report_without_its_training_says_so(report: Report) -> None:
    with pytest.raises(ValueError, match="has no training at hand"):
        report.prove()


def test_what_proves_a_report_stays_with_it_and_in_its_process(report: Report) -> None:
    asked = []
    held = threading.Lock()  # cannot be pickled

    def prover(one: Report, *question: Any) -> Report:
        with held:
            asked.append(question)
        return one

    report.proved_by(prover)
    other = report.with_findings(report.findings[:1])
    assert other.prove("NBD103", seeds=3) is other
    assert asked == [("NBD103", 3, None, False)]
    sent = pickle.loads(pickle.dumps(other))
    assert sent == other
    with pytest.raises(ValueError, match="has no training at hand"):
        sent.prove()


def test_training_that_is_gone_and_findings_that_are_not_there_are_named(report: Report) -> None:
    with pytest.raises(ValueError, match="are gone or have changed"):
        provable(report, lambda: None).prove()


def test_what_is_decided_is_kept(report: Report) -> None:
    heard: list[Any] = []
    known = Known(report, heard.append)
    assert known.report() is report
    begun = Begun(report, ((0, 0), (0, 1)))
    events = [begun, Trying(0, 2, 1), Tried(1, UNDECIDED), Tried(0, BETTER), Tried(1, UNDECIDED)]
    for event in events:
        known.hear(event)
    assert (known.tried, known.total) == (1, 2)
    assert heard == events
    proofs = [fix.proof for fix in known.report().findings[0].fixes]
    assert proofs.count(BETTER) == 1
    assert proofs.count(None) == len(proofs) - 1


def test_progress_is_one_line() -> None:
    assert trying_line(Trying(1, 3, 4)) == "trying fix 2 of 3 on seed 4"


class Asked:
    """A task that does what a test wants."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        self.cancelled = False

    def result(self) -> Any:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    def cancel(self) -> None:
        self.cancelled = True


def asking(monkeypatch: Any, outcome: Any, *events: Any) -> Asked:
    task = Asked(outcome)

    def start(report: Any, training: Any, question: Any, known: Known) -> Asked:
        for event in events:
            known.hear(event)
        return task

    monkeypatch.setattr(experiments, "start", start)
    return task


TRAINING: Any = (None, {})


def test_an_interrupt_ends_the_task_and_keeps_what_is_decided(
    report: Report, monkeypatch: Any
) -> None:
    events = Begun(report, ((0, 0), (0, 1))), Tried(0, BETTER)
    task = asking(monkeypatch, KeyboardInterrupt(), *events)
    with pytest.raises(ProofStopped) as caught:
        prove(report, TRAINING)
    assert task.cancelled
    assert (caught.value.tried, caught.value.total) == (1, 2)
    assert any(fix.proof == BETTER for fix in caught.value.report.findings[0].fixes)


def test_an_interrupt_before_the_first_trial(report: Report, monkeypatch: Any) -> None:
    task = asking(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt) as caught:
        prove(report, TRAINING)
    assert type(caught.value) is KeyboardInterrupt
    assert task.cancelled


def test_a_worker_that_dies_is_not_tried_again_here(report: Report, monkeypatch: Any) -> None:
    asking(monkeypatch, WorkerDied("the process has ended"))
    monkeypatch.setattr(experiments, "_proven", lambda *_: pytest.fail("tried in this process"))
    with pytest.raises(WorkerDied):
        prove(report, TRAINING)


def test_here_asks_no_worker(report: Report, monkeypatch: Any) -> None:
    asking(monkeypatch, RuntimeError("the worker was asked"))
    monkeypatch.setattr(experiments, "_proven", lambda one, *_: replace(one, lang="zh"))
    assert prove(report, TRAINING, Question(here=True)).lang == "zh"


@pytest.fixture
def watched() -> Any:
    """A script's training with one softmax unit: the fault NBD103."""
    import keras

    import nbdiag

    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 8)).astype("float32")
    y = (x[:, 0] + x[:, 1] > 0).astype("float32")
    kept: list[Any] = []

    def trained(*layers: Any) -> Any:
        model = keras.Sequential(
            [keras.Input((8,)), *layers, keras.layers.Dense(1, activation="softmax")]
        )
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        with nbdiag.record() as rec:
            model.fit(x, y, epochs=3, verbose=0)
        kept[:] = [model, x, y]
        return rec

    yield trained
    close_worker()


@pytest.mark.filterwarnings("ignore")  # Keras warns of the fault
@pytest.mark.training
def test_a_report_of_a_script_proves_its_fixes_in_the_worker(watched: Any) -> None:
    import keras

    from tests.trial.conftest import session_state

    report = watched(keras.layers.Dense(16, activation="relu")).report
    before = session_state()
    proven = report.prove("NBD103")
    assert session_state() == before
    assert session_worker().pid is not None
    assert {fix.proof.verdict for fix in proven.find("NBD103").fixes[:1]} == {"better"}
    assert all(fix.proof is None for fix in report.find("NBD103").fixes)
    with pytest.raises(ValueError, match="no finding NBD999"):
        report.prove("nbd999")


@pytest.mark.filterwarnings("ignore")  # Keras warns of the fault
@pytest.mark.training
def test_what_cannot_be_sent_is_tried_here_and_the_reason_is_one_sentence(watched: Any) -> None:
    import keras

    lock = threading.Lock()

    def locked(inputs: Any) -> Any:
        with lock:
            return inputs * 2.0

    report = watched(keras.layers.Lambda(locked)).report
    remarks: list[str] = []
    close_worker()
    training = vars(report)["_prover"].__closure__
    assert training
    take = next(cell.cell_contents for cell in training if callable(cell.cell_contents))
    proven = prove(report, take(), Question("NBD103", seeds=1), remark=remarks.append)
    assert session_worker().pid is None
    assert proven.find("NBD103").fixes[0].proof is not None
    (said,) = remarks
    assert "lock" in said
    assert "\n" not in said


@pytest.mark.filterwarnings("ignore")  # Keras warns of the fault
@pytest.mark.training
def test_a_proof_is_cancelled_at_once(watched: Any) -> None:
    import keras

    from nbdiag.experiments import start

    report = watched(keras.layers.Dense(16, activation="relu")).report
    training = next(
        cell.cell_contents
        for cell in vars(report)["_prover"].__closure__
        if callable(cell.cell_contents)
    )()
    trying = threading.Event()
    known = Known(report, lambda event: isinstance(event, Trying) and trying.set())
    task = start(report, training, Question(budget=600.0), known)
    assert trying.wait(300)
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(Cancelled):
        task.result()
    assert time.monotonic() - begun < 1
