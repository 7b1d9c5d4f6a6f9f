"""The diagnosis over all recorded programs: the benchmark itself, and what it must not fall below.

``benchmarks/diagnosis.py`` is run over the recordings; with ``--train`` it runs the programs anew.
"""

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path

import pytest

from nbdiag.schema.history import StepCurve
from nbdiag.schema.run import TrainingRun
from tests.factory import make_probe, make_run
from tests.recorded import RUNS, load

ROOT = Path(__file__).resolve().parent.parent.parent
TRUTH = json.loads((ROOT / "tests" / "programs" / "truth.json").read_text(encoding="utf-8"))
LEAST_RIGHT = 0.85  # of the first causes: the figure that the rule book has to reach
LEAST_ANY = 0.95


@pytest.fixture(scope="module")
def diagnosis():
    path = ROOT / "benchmarks" / "diagnosis.py"
    spec = importlib.util.spec_from_file_location("benchmark_of_diagnosis", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    # Each program is loaded and judged once for all tests.
    judge = module.verdict_of
    judged = cache(lambda name: judge(name, recorded(name), TRUTH[name]))
    module.verdict_of = lambda name, run, truth: (
        judged(name) if name in TRUTH else judge(name, run, truth)
    )
    module.runs_of = lambda names, *, train: ((name, recorded(name)) for name in names)
    yield module
    del sys.modules[spec.name]


def recorded(name):
    return load(RUNS / f"{name}.json")


def test_what_is_wrong_with_a_faulty_program_is_written_down():
    runs = {f"{path.parent.name}/{path.stem}" for path in ROOT.glob("tests/runs/*/*_faulty_*.json")}
    assert set(TRUTH) == runs, (
        "tests/programs/truth.json names what each faulty program suffers from"
    )


def test_no_healthy_program_is_flagged_and_the_table_is_whole(diagnosis, capsys):
    assert diagnosis.main(["--all"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n{name} " in shown for name in TRUTH)
    assert "\n0 of " in shown


def test_the_first_cause_is_mostly_right(diagnosis):
    verdicts = [
        diagnosis.verdict_of(name, run, TRUTH[name])
        for name, run in diagnosis.runs_of(TRUTH, train=False)
    ]
    assert sum(item.when is not None for item in verdicts) >= LEAST_RIGHT * len(verdicts)
    assert sum(item.any_right for item in verdicts) >= LEAST_ANY * len(verdicts)


def test_a_false_alarm_is_an_exit_code(diagnosis, monkeypatch, capsys):
    monkeypatch.setattr(diagnosis, "loud", lambda run: ["NBD999 It is broken."])
    assert diagnosis.main(["--only", "healthy/truth_table"]) == 1
    assert "healthy/truth_table: NBD999 It is broken." in capsys.readouterr().out


def test_a_program_that_nobody_described_is_refused(diagnosis, monkeypatch):
    monkeypatch.setattr(diagnosis, "all_names", lambda: ["head/nbd999_faulty_unheard_of"])
    with pytest.raises(SystemExit, match="what is wrong with"):
        diagnosis.main([])


def test_before_the_first_step_nothing_of_the_training_is_known(diagnosis):
    run = TrainingRun.load(ROOT / "tests" / "runs" / "head" / "nbd102_faulty_saturated.json")
    start = diagnosis.after_epochs(run, 0)
    assert (start.history.completed, start.history.epochs) == (0, {})
    assert start.history.step_losses == StepCurve()
    assert [item.moment for item in start.probes] == ["start"]
    assert (start.model, start.data, start.fit) == (run.model, run.data, run.fit)


def test_after_an_epoch_that_epoch_is_known(diagnosis):
    run = make_run(
        history={"loss": [0.7, 0.6, 0.5]},
        probes=[make_probe(), make_probe("epoch", 1), make_probe("epoch", 2), make_probe("end", 3)],
    )
    first = diagnosis.after_epochs(run, 1)
    assert first.history.epochs == {"loss": (0.7,)}
    assert [(item.moment, item.epoch) for item in first.probes] == [("start", 0), ("epoch", 1)]
    assert diagnosis.after_epochs(run, 3) == run


@pytest.mark.parametrize(
    ("right", "when"),
    [
        ([True, True, True], "before step 1"),
        ([False, True, True], "epoch 1"),
        ([True, False, True], "the end"),
        ([True, True, False], None),
    ],
)
def test_a_cause_is_certain_from_where_it_stays_right(diagnosis, monkeypatch, right, when):
    run = make_run(history={"loss": [0.7, 0.6, 0.5]})
    item = type("Finding", (), {"code": "NBD001", "aspect": "loss"})
    other = type("Finding", (), {"code": "NBD002", "aspect": "labels"})
    told = [[item if good else other] for good in right]
    by_epochs = {0: told[0], 1: told[1], 3: told[2]}
    monkeypatch.setattr(diagnosis, "answers", lambda run: by_epochs[run.history.completed])
    assert diagnosis.verdict_of("head/x", run, ["loss"]).when == when
