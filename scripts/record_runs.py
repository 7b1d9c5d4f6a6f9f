#!/usr/bin/env python
"""Record the training runs that the rules are tested on.

Each program of ``tests/programs`` runs in a separate process under the watch, with fixed seeds,
and its last run is written to ``tests/runs``. A program with several cells called ``training`` was
run again and again: all are watched, and the last run knows the ones before. Give paths of
programs to record only those.
"""

import contextlib
import io
import json
import linecache
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from nbdiag.capture import call_sites
from nbdiag.capture.watch import watch
from nbdiag.diagnosis import as_past
from nbdiag.engine import judge
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests" / "programs"
RUNS = ROOT / "tests" / "runs"
MAGIC = "%%traindiag\n"
DIGITS = 7
MOST_BYTES = 60_000
TIME_OUT = 600
# TensorFlow's messages name files of this machine; the user's cells stay.
PLACES = re.compile(r' *File "(?!<cell)[^\n]*\n+')
FOLDERS = re.compile(r"/[^\s:()]*/(?=site-packages/)")


def main(arguments: list[str]) -> int:
    """Record the programs given, or all of them; give the number of those that failed."""
    programs = [Path(item).resolve() for item in arguments] or sorted(PROGRAMS.rglob("*.py"))
    environment = {
        **os.environ,
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONHASHSEED": "0",
    }
    failed = 0
    for program in programs:
        target = RUNS / program.relative_to(PROGRAMS).with_suffix(".json")
        command = [sys.executable, __file__, "--one", str(program), str(target)]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=TIME_OUT, check=False
        )
        note = done.stdout.strip() if done.returncode == 0 else done.stderr.strip()[-2000:]
        failed += done.returncode != 0
        print(f"{program.relative_to(PROGRAMS)}: {note}", flush=True)
    return failed


def record(program: Path, target: Path) -> None:
    """Run one program under the watch and write its last run."""
    cells = [
        Cell(number, MAGIC * (name == "training") + text)
        for number, (name, text) in enumerate(split(program.read_text(encoding="utf-8")), start=1)
    ]
    files = {f"<cell {cell.number}>": cell.number for cell in cells}
    call_sites.install()
    space: dict[str, object] = {"__name__": "__main__"}
    runs: list[TrainingRun] = []
    for place, cell in enumerate(cells):
        seed()
        if not cell.source.startswith(MAGIC):
            execute(cell, space)
            continue
        past = [replace(as_past(judge(run)), cause=None) for run in runs]
        watched = watch(
            cell,
            earlier=cells[:place],
            previous=past,
            namespace=lambda: space,
            cell_of=files.get,
            loops=True,
        )
        with contextlib.suppress(Exception), watched as seen:
            execute(cell, space)
        runs += seen.runs
    if not runs:
        raise SystemExit("no fit was called and nothing failed")
    plain = rounded(runs[-1].to_dict())
    plain["history"]["seconds"] = []
    if plain["error"]:
        plain["error"]["message"] = FOLDERS.sub("", PLACES.sub("", plain["error"]["message"]))
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    if len(text) > MOST_BYTES:
        raise SystemExit(f"the run takes {len(text)} bytes: make the program smaller")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", encoding="utf-8")
    error = plain["error"]
    print(f"{len(text)} bytes" + (f", {error['type']}" if error else ""))


def split(text: str) -> list[tuple[str, str]]:
    """Split a program into its cells, without the docstring above and the check below."""
    parts = ("\n" + text).split("\n# %% ")[1:]
    named = [(part.partition("\n")[0].strip(), part.partition("\n")[2]) for part in parts]
    return [(name, body.strip("\n") + "\n") for name, body in named if name != "check"]


def seed() -> None:
    """Fix every seed, as ``keras.utils.set_random_seed`` does."""
    import keras

    keras.utils.set_random_seed(0)


def execute(cell: Cell, space: dict[str, object]) -> None:
    """Run a cell; the magic's line becomes a comment, so lines keep their numbers."""
    name = f"<cell {cell.number}>"
    text = cell.source.replace(MAGIC, "#\n", 1)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, name, "exec"), space)


def rounded(value: object) -> object:
    """Round floats to seven digits: what float32 knows."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return value


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        record(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.exit(bool(main(sys.argv[1:])))
