"""What the checks before training cost: CPU time, beside one pass over the bytes and deepchecks.

Usage: ``python benchmarks/preflight.py [--repeats 7] [--deepchecks PYTHON]``. Two data sets of
random numbers, so that every row differs from every other one: 60,000 x 784 bytes, and
50,000 x 32 x 32 x 3 float32, each with 10,000 validation rows. All lines of a data set are
measured by turns in one process; a ratio is the median over the repeats of the ratio to the pass
over the bytes of the same repeat. The pass reads every byte of both sides once, at the speed of
memory (all words joined by exclusive or); beside it a checksum (CRC-32) of the same bytes.

``--deepchecks`` names a Python in which deepchecks is installed (it wants other versions of its
libraries than nbdiag does); its check for rows shared between train and test runs there on the
first data set. The second, as a table of 3,072 columns, is too large for it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from typing import Any

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from nbdiag.capture.data.arrays_of_fit import describe_data, find_sides
from nbdiag.capture.data.near_duplicates import near_duplicates
from nbdiag.capture.data.split import compare_rows
from nbdiag.capture.fit.arguments import bind
from nbdiag.capture.watch import watch
from nbdiag.engine import judge
from nbdiag.schema.cell import Cell

VALIDATION = 10_000
PEER = """
import sys, time
import numpy as np, pandas as pd
from deepchecks.tabular import Dataset
from deepchecks.tabular.checks import TrainTestSamplesMix
generator = np.random.default_rng(0)
x = generator.integers(0, 256, (70_000, 784), dtype="uint8")
table = pd.DataFrame(x, columns=[f"c{n}" for n in range(784)])
table["y"] = generator.integers(0, 10, len(table))
train, test = Dataset(table[:60_000], label="y"), Dataset(table[60_000:], label="y")
for _ in range(3):
    start = time.process_time()
    TrainTestSamplesMix().run(train, test)
    print(time.process_time() - start)
"""


def flat() -> Any:
    """Make rows of bytes."""
    return np.random.default_rng(0).integers(0, 256, (60_000 + VALIDATION, 784), dtype="uint8")


def pictures() -> Any:
    """Make pictures of float32."""
    return np.random.default_rng(0).random((50_000 + VALIDATION, 32, 32, 3), dtype="float32")


def model_for(shape: tuple[int, ...]) -> Any:
    """Make a small network with one hidden layer."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(shape),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def read(x: Any) -> None:
    """Read every byte once."""
    np.bitwise_xor.reduce(x.reshape(-1).view(np.uint64))


def checks(x: Any, y: Any, others: Any, answers: Any) -> dict[str, Callable[[], Any]]:
    """Return what is measured, by name; the last two together are all that runs before step 1."""
    model = model_for(x.shape[1:])
    arguments = bind(keras.Model.fit, (x, y), {"validation_data": (others, answers)})

    def look() -> None:
        # Few rows: what is measured here is the model's part, which knows nothing of their number.
        with watch(Cell(1, ""), check_only=True) as seen:
            model.fit(x[:256], y[:256], verbose=0)
        judge(seen.runs[0])

    return {
        "one pass over the bytes": lambda: (read(x), read(others)),
        "checksum of the bytes": lambda: (zlib.crc32(x.data), zlib.crc32(others.data)),
        "exact leak check": lambda: compare_rows([x], [others]),
        "near copies": lambda: near_duplicates([x], [others]),
        "all of the data": lambda: describe_data(find_sides(arguments, model)),
        "model, first probe, rules": look,
    }


def measure(every: dict[str, Callable[[], Any]], repeats: int) -> dict[str, list[float]]:
    """Take CPU times by turns; a first round, not counted, imports what is imported once."""
    taken: dict[str, list[float]] = {name: [] for name in every}
    for repeat in range(repeats + 1):
        for name, work in every.items():
            start = time.process_time()
            work()
            if repeat:
                taken[name].append(time.process_time() - start)
    taken["all checks before training"] = [
        sum(both) for both in zip(*list(taken.values())[-2:], strict=True)
    ]
    return taken


def peer(python: str) -> float | None:
    """Measure deepchecks' own check in a Python that has it; None where there is none."""
    done = subprocess.run([python, "-c", PEER], capture_output=True, text=True, check=False)
    times = [float(line) for line in done.stdout.splitlines() if line[:1].isdigit()]
    return statistics.median(times) if times else None


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--deepchecks", default=sys.executable, metavar="PYTHON")
    options = parser.parse_args()
    first: list[float] = []
    for make in (flat, pictures):
        whole = make()
        y = np.random.default_rng(1).integers(0, 10, len(whole))
        rows = len(whole) - VALIDATION
        taken = measure(checks(whole[:rows], y[:rows], whole[rows:], y[rows:]), options.repeats)
        print(f"{rows:,} x {' x '.join(map(str, whole.shape[1:]))} {whole.dtype}, {VALIDATION:,}")
        base = next(iter(taken.values()))
        for name, times in taken.items():
            ratios = [mine / other for mine, other in zip(times, base, strict=True)]
            cpu, ratio = statistics.median(times), statistics.median(ratios)
            print(f"  {name:34}{cpu:9.3f} s CPU{ratio:9.1f} passes", flush=True)
        first = first or base
    found = peer(options.deepchecks)
    if found is None:
        print("deepchecks is not installed")
        return
    passes = found / statistics.median(first)
    print("deepchecks TrainTestSamplesMix, first data set")
    print(f"  {'shared rows':34}{found:9.3f} s CPU{passes:9.1f} passes")


if __name__ == "__main__":
    main()
