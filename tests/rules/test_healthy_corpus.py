"""The gate before every release: all rules over programs that are fine and look like faults.

Each program of ``tests/programs/healthy`` trains well, which its own check asserts, and carries
something that a rule of thumb would call a mistake. No rule may call it an error or a warning.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from nbdiag.engine import judge
from nbdiag.schema.run import TrainingRun

HERE = Path(__file__).resolve().parent.parent
PROGRAMS = sorted((HERE / "programs" / "healthy").glob("*.py"))
RUNS = sorted((HERE / "runs" / "healthy").glob("*.json"))
FEWEST = 40
# Runs a program's cells one after the other, seeds fixed as when it was recorded, and its check.
CHECK = """
import pathlib, sys
import keras
text = "\\n" + pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
space = {"__name__": "__main__"}
for part in text.split("\\n# %% ")[1:]:
    keras.utils.set_random_seed(0)
    exec(compile(part.partition("\\n")[2], sys.argv[1], "exec"), space)
"""


def test_the_corpus_is_large_and_every_program_is_recorded():
    assert len(PROGRAMS) >= FEWEST
    assert [path.stem for path in RUNS] == [path.stem for path in PROGRAMS]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_every_program_asserts_that_it_is_healthy(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert "assert " in text.partition("# %% check")[2]


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_no_rule_speaks_against_a_healthy_program(path):
    findings = judge(TrainingRun.load(path)).findings
    loud = [f"{item.code}: {item.message}" for item in findings if item.severity != "info"]
    assert not loud


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_the_recorded_training_is_complete(path):
    run = TrainingRun.load(path)
    assert run.error is None
    assert run.history.completed > 0


@pytest.mark.training
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_healthy_program_passes_its_own_check(path):
    command = [sys.executable, "-c", CHECK, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
