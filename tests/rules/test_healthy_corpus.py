"""The gate before every release: all rules over programs that are fine and look like faults.

Each program of ``tests/programs/healthy`` trains well, which its own check asserts, and carries
something that a rule of thumb would call a mistake. No rule may call it an error or a warning.
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nbdiag.engine import judge
from nbdiag.schema.missing import Missing
from tests.recorded import RUNS as RECORDED
from tests.recorded import judged, load

HERE = Path(__file__).resolve().parent.parent
PROGRAMS = sorted((HERE / "programs" / "healthy").glob("*.py"))
RUNS = sorted((RECORDED / "healthy").glob("*.json"))
FEWEST = 100
# Programs that share a process: starting TensorFlow takes longer than most of them.
TOGETHER = 8
# Runs each program's cells one after the other, seeds fixed as when it was recorded, and its check.
CHECK = """
import pathlib, sys, traceback
import keras
failed = []
for path in sys.argv[1:]:
    keras.backend.clear_session()
    space = {"__name__": "__main__"}
    try:
        for part in ("\\n" + pathlib.Path(path).read_text(encoding="utf-8")).split("\\n# %% ")[1:]:
            keras.utils.set_random_seed(0)
            exec(compile(part.partition("\\n")[2], path, "exec"), space)
    except Exception:
        failed.append(path)
        traceback.print_exc()
sys.exit(f"not healthy: {failed}" if failed else 0)
"""
GROUPS = [PROGRAMS[start : start + TOGETHER] for start in range(0, len(PROGRAMS), TOGETHER)]


def test_the_corpus_is_large_and_every_program_is_recorded():
    assert len(PROGRAMS) >= FEWEST
    assert [path.stem for path in RUNS] == [path.stem for path in PROGRAMS]


def loud(report):
    return [f"{item.code}: {item.message}" for item in report.findings if item.severity != "info"]


def test_every_program_asserts_that_it_is_healthy():
    for path in PROGRAMS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith('"""'), path.stem
        assert "assert " in text.partition("# %% check")[2], path.stem


def test_no_rule_speaks_against_a_healthy_program():
    assert not {path.stem: found for path in RUNS if (found := loud(judged(path)))}


def test_no_rule_speaks_against_it_without_probes():
    reports = {
        path.stem: judge(replace(load(path), probes=Missing("probes are off"))) for path in RUNS
    }
    assert not {stem: found for stem, report in reports.items() if (found := loud(report))}


def test_the_recorded_training_is_complete():
    for path in RUNS:
        run = load(path)
        assert run.error is None, path.stem
        steps = len(run.history.step_losses.losses)  # of a loop
        assert run.history.completed > 0 or steps > 1, path.stem


@pytest.mark.training
@pytest.mark.parametrize("paths", GROUPS, ids=lambda paths: f"from_{paths[0].stem}")
def test_healthy_programs_pass_their_own_checks(paths):
    command = [sys.executable, "-c", CHECK, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
