"""Run what trains as other processors would compute it, and the stories with other data.

Usage: ``python scripts/arithmetics.py [--list] [--only NAME …] [--stories] [PATH …]``

A training rounds differently from processor to processor, and what the tests hold may not hang on
that. Each arithmetic is a set of environment variables by which TensorFlow, oneDNN, OpenBLAS and
NumPy compute on this machine as they do on another; with each, the notebooks and every test that
trains are run (``--stories``: the notebooks alone; with paths, those instead). Each seed draws the
data of the notebooks' stories again (``NBDIAG_STORY_SEED``, see notebooks/conftest.py).

A Markdown table comes out, as in docs/testing.md, and exit status 1 when anything failed.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from numpy._core._multiarray_umath import __cpu_dispatch__ as features_of_numpy

ROOT = Path(__file__).resolve().parent.parent
TESTS = ("tests", "notebooks")
STORIES = ("notebooks",)
# What a browser shows are the reports of the notebooks.
TRAINING = "training and not browser"
PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"),
    *("--nbval", "--nbval-sanitize-with", "tests/nbval.cfg"),
)
ARITHMETICS = {
    "as it is": {},
    "without oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "oneDNN of SSE4.1": {"TF_ENABLE_ONEDNN_OPTS": "1", "ONEDNN_MAX_CPU_ISA": "SSE41"},
    "one thread": {
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    },
    "OpenBLAS of Prescott, oldest NumPy": {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": " ".join(features_of_numpy),
    },
}
SEEDS = {f"seed {seed}": {"NBDIAG_STORY_SEED": str(seed)} for seed in range(1, 6)}
COUNT = re.compile(r"(\d+) (passed|failed|error|skipped)")
FAILURE = re.compile(r"^(?:FAILED|ERROR) (\S+(?: Cell \d+)?)", flags=re.MULTILINE)


def run(variables: dict[str, str], paths: Sequence[str], marks: str) -> tuple[str, bool]:
    """Run pytest with these variables.

    Returns
    -------
    tuple of str and bool
        The rest of the table's line, and whether everything passed.
    """
    began = time.monotonic()
    command = [*PYTEST, *(("-m", marks) if marks else ()), *paths]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
    )
    counts = {kind: count for count, kind in COUNT.findall(done.stdout.rpartition("\n=")[2])}
    failed = ", ".join(FAILURE.findall(done.stdout)) or "none"
    minutes = (time.monotonic() - began) / 60
    figures = f"{counts.get('passed', 0)} | {counts.get('skipped', 0)} | {failed} | {minutes:.1f}"
    return figures, done.returncode == 0


def main() -> int:
    """Print a line of the table per arithmetic and per seed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="*", help="tests and notebooks, instead of all that train")
    parser.add_argument("--stories", action="store_true", help="the notebooks alone")
    parser.add_argument("--only", nargs="+", default=[*ARITHMETICS, *SEEDS], metavar="NAME")
    parser.add_argument("--list", action="store_true", help="the names and their variables")
    chosen = parser.parse_args()
    if chosen.list:
        for name, variables in {**ARITHMETICS, **SEEDS}.items():
            print(f"{name}: {' '.join(f'{key}={value!r}' for key, value in variables.items())}")
        return 0
    print("| arithmetic or data | passed | skipped | failed | minutes |")
    print("| --- | ---: | ---: | --- | ---: |")
    sound = True
    for name, variables in {**ARITHMETICS, **SEEDS}.items():
        if name not in chosen.only:
            continue
        stories = chosen.stories or name in SEEDS
        paths = chosen.paths or (STORIES if stories else TESTS)
        marks = "" if stories or chosen.paths else TRAINING
        figures, passed = run(variables, paths, marks)
        sound = sound and passed
        print(f"| {name} | {figures} |", flush=True)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
