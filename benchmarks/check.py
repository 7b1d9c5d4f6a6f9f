"""What `nbdiag check` costs, and how often it agrees with the watched training.

Usage: ``python benchmarks/check.py [--notebooks N]``. Four tables:

start       CPU seconds of a command in a fresh process, the best of five
speed       notebooks a second on one core over N generated notebooks (1,000), each with a model, a
            compile and a fit
memory      peak of the process after a tenth of them, and after all
agreement   the verdict from the text of each program of ``tests/programs`` against that of its
            recorded run, judged without what was measured: as far as both can know. A healthy
            program that gets an error or a warning from its text is flagged.

The exit code is 1 when less than 95 % agree, or a healthy program is flagged.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nbdiag.check.file_verdict import judge_file  # noqa: E402
from nbdiag.check.program_file import parse_file  # noqa: E402
from nbdiag.engine import judge  # noqa: E402
from nbdiag.schema.run import TrainingRun  # noqa: E402
from tests.check.notebooks import FAULTY, notebook  # noqa: E402
from tests.static.cases import PAIRS, runs_of, without_measurements  # noqa: E402

ENOUGH = 0.95
RUNS = 5


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; give 1 when the agreement is too low or a healthy program is flagged."""
    parser = argparse.ArgumentParser(description="cost and agreement of nbdiag check")
    parser.add_argument("--notebooks", type=int, default=1000)
    given = parser.parse_args(arguments)
    start()
    speed(given.notebooks)
    return agreement()


def start() -> None:
    """Measure commands in fresh processes."""
    with tempfile.TemporaryDirectory() as folder:
        plain, faulty = Path(folder, "plain.py"), Path(folder, "faulty.ipynb")
        plain.write_text("print(1)\n", encoding="utf-8")
        faulty.write_text(notebook(*FAULTY), encoding="utf-8")
        for words in (["--help"], ["check", str(plain)], ["check", str(faulty)]):
            shown = " ".join(Path(word).name for word in words)
            print(f"start   nbdiag {shown:20} {min(cpu(words) for _ in range(RUNS)):.2f} s of CPU")


def cpu(words: list[str]) -> float:
    """Return the CPU time of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "nbdiag", *words]
    subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def generated(seed: int) -> bytes:
    """Write a notebook with a model, a compile and a fit drawn from a seed."""
    draw = random.Random(seed)
    widths = [draw.choice((8, 16, 32, 64)) for _ in range(draw.randint(1, 6))]
    end = draw.choice(("1, activation='sigmoid'", "1", "10, activation='softmax'", "10"))
    loss = draw.choice(("binary_crossentropy", "sparse_categorical_crossentropy", "mse"))
    layers = "".join(f"model.add(layers.Dense({w}, activation='relu'))\n" for w in widths)
    return notebook(
        "import numpy as np\nimport keras\nfrom keras import layers",
        "def scale(a):\n    return (a - a.mean()) / a.std()\n" * draw.randint(1, 8),
        f"model = keras.Sequential()\n{layers}model.add(layers.Dense({end}))",
        f"model.compile('adam', '{loss}', metrics=['accuracy'])",
        f"history = model.fit(x_{seed}, y, epochs={draw.randint(1, 50)}, validation_split=0.2)",
    ).encode()


def speed(number: int) -> None:
    """Judge generated notebooks one after the other."""
    files = [generated(seed) for seed in range(number)]
    judge_file(parse_file(generated(-1), "warm.ipynb", notebook=True))
    before, early = time.process_time(), 0
    for place, data in enumerate(files):
        judge_file(parse_file(data, f"{place}.ipynb", notebook=True))
        if place == number // 10:
            early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = time.process_time() - before
    late = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"speed   {number / spent:.0f} notebooks a second of CPU, over {number}")
    print(f"memory  {early / 1024:.0f} MB after a tenth of them, {late / 1024:.0f} MB after all")


def agreement() -> int:
    """Compare the verdict from the text with that of the recorded run."""
    alike = read = 0
    flagged: list[str] = []
    for program, recorded in PAIRS:
        runs = runs_of(program.read_text(encoding="utf-8"))
        if not runs:
            print(f"        no fit read: {program.stem}")
            continue
        read += 1
        mine = set().union(*map(grave, runs))
        same = mine == grave(without_measurements(TrainingRun.load(recorded)))
        alike += same
        if not same:
            print(f"        otherwise: {program.stem}")
        if mine and "_faulty_" not in program.stem:
            flagged.append(program.stem)
    print(f"agreement  {alike} of {read} programs; {len(flagged)} healthy ones flagged {flagged}")
    return int(bool(flagged) or alike < ENOUGH * read)


def grave(run: TrainingRun) -> set[str]:
    """Return the codes of the errors and warnings on a run."""
    return {item.code for item in judge(run).findings if item.severity != "info"}


if __name__ == "__main__":
    sys.exit(main())
