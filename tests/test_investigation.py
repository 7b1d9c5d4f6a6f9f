"""An investigation in the worker: its lines come here, and what cannot be sent is tried here."""

import threading
from typing import Any

import numpy as np
import pytest

from nbdiag.diagnosis import Report, diagnose
from nbdiag.investigation import investigable, investigate
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.investigation.sentences import Cure, finding_of
from nbdiag.trial.investigation.variations import variations_of
from nbdiag.trial.worker import close_worker, session_worker
from tests.recorded import RUNS


@pytest.fixture
def report() -> Report:
    """A training whose loss is not a number from the start: nothing is trained for it."""
    (path,) = RUNS.rglob("nbd314_faulty_angle_between_equals.json")
    return diagnose(TrainingRun.load(path))


def test_a_report_without_its_training_says_so(report: Report) -> None:
    with pytest.raises(ValueError, match="has no training at hand"):
        report.investigate()
    with pytest.raises(ValueError, match="are gone or have changed"):
        investigable(report, lambda: None).investigate()


def test_a_finding_has_its_cells_and_explains_what_was_seen(monkeypatch: Any) -> None:
    (path,) = RUNS.rglob("nbd304_faulty_random_labels.json")
    seen = diagnose(TrainingRun.load(path))
    variation = next(item for item in variations_of(seen.run) if item.aspect == "inputs")
    cure = Cure((variation,), (0.0, 0.0), (0.8, 0.8))
    found = finding_of([cure], 0.8, 0.8, 40, 12.0)
    monkeypatch.setattr("nbdiag.investigation._found", lambda *_: found)
    again = investigate(investigate(seen, (None, {})).report, (None, {}))
    assert [item.code for item in again.report.findings[:2]] == ["NBD901", "NBD304"]
    assert again.finding is not None
    assert again.finding.explains == ("NBD304",)
    assert "Normalization" in again.finding.fixes[0].source
    assert "no cause found explains it" not in str(again.report)
    assert "No rule names a cause" not in str(again.report)
    for text in (str(again.report), again.report.to_html(), again.report.to_markdown()):
        assert "NBD901" in text
    assert Report.from_dict(again.report.to_dict()).find("NBD901") == again.finding


@pytest.fixture
def training() -> Any:
    import keras

    x = np.random.default_rng(1).normal(size=(200, 4)).astype("float32")

    def made(*layers: Any) -> Any:
        model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)])
        model.compile("adam", "mse")
        return model, {"x": x, "y": x[:, 0], "epochs": 2, "verbose": 0}

    yield made
    close_worker()


@pytest.mark.training
def test_it_runs_in_the_worker_and_says_each_step_here(report: Report, training: Any) -> None:
    said: list[tuple[str, threading.Thread]] = []
    found = investigate(
        report, training(), said=lambda line: said.append((line, threading.current_thread()))
    )
    assert session_worker().pid is not None
    assert found.report is report
    assert found.finding is None
    assert [line for line, _ in said] == list(found.lines)
    assert "comes first" in found.lines[-1]
    assert {thread for _, thread in said} == {threading.current_thread()}


@pytest.mark.training
def test_what_cannot_be_sent_is_tried_here(report: Report, training: Any) -> None:
    import keras

    lock = threading.Lock()

    def locked(inputs: Any) -> Any:
        with lock:
            return inputs * 2.0

    found = investigate(report, training(keras.layers.Lambda(locked)))
    assert "lock" in found.lines[0]
    assert "comes first" in found.lines[-1]


@pytest.mark.training
def test_samples_that_cannot_be_judged_are_said(report: Report, training: Any) -> None:
    model, given = training()
    found = investigate(report, (model, {**given, "x": given["x"][:5], "y": given["y"][:5]}))
    assert found.finding is None
    assert found.lines == ("Not investigated: there are only 5 of them.",)
