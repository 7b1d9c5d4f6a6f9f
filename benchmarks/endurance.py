"""Whether watching leaves anything over: long sessions and large trainings, with and without.

Usage: ``python benchmarks/endurance.py [--only fits] [--short]``. Each case runs in two separate
processes, bare and with ``%%traindiag``, as cells of a real kernel's shell (ipykernel's, without a
front end). Memory is the resident set: its peak over the case, and its growth per fit over the
second half of the fits, when all that is set up once is there. The other columns count what there
is at the end and was not after the first cell.

``--short`` runs a tenth of each, to see that it works.
"""

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

MADE = """import numpy as np, keras
from keras import layers
generator = np.random.default_rng(0)
def make(*hidden, width=8):
    last = layers.Dense(1, activation="sigmoid")
    model = keras.Sequential([keras.Input((width,)), *hidden, last])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
def table(rows, width=8):
    x = generator.random((rows, width), dtype="float32")
    return x, (x.sum(axis=1) > width / 2).astype("float32")
"""
FIT = """keras.utils.clear_session()
model = make(layers.Dense(16, activation="relu"))
model.fit(x, y, epochs=2, validation_split=0.25, verbose=0);
"""
# What is prepared, the cell, and how often it runs. ``{n}`` is the size, a tenth of it when short.
CASES: dict[str, tuple[str, str, int, int]] = {
    "fits": ("x, y = table(400)", FIT, 100, 1),
    "fits in one cell": (
        "x, y = table(400)",
        "for _ in range({n}):\n" + "".join(f"    {line}\n" for line in FIT.splitlines()),
        1,
        50,
    ),
    "tiny epochs": (
        "x, y = table(32)",
        "model = make()\nmodel.fit(x, y, epochs={n}, verbose=0);",
        1,
        5_000,
    ),
    "layers": (
        "x, y = table(400)",
        (
            "model = make(*[layers.Dense(8, activation='relu') for _ in range({n})])\n"
            "model.fit(x, y, epochs=2, verbose=0);"
        ),
        1,
        1_000,
    ),
    "weights": (
        "x, y = table(400, 1_000)",
        (
            "model = make(layers.Dense({n} // 1_000, activation='relu'), width=1_000)\n"
            "model.fit(x, y, epochs=2, verbose=0);"
        ),
        1,
        30_000_000,
    ),
    "data": (
        "x, y = table({n}, 1_000)",
        (
            "model = make(width=1_000)\n"
            "model.fit(x, y, epochs=1, batch_size=1_024, validation_split=0.1, verbose=0);"
        ),
        1,
        500_000,
    ),
}


def resident() -> float:
    """Memory of this process that is in use, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def counts() -> dict[str, int]:
    """Count what a fit might leave over."""
    from comm import get_comm_manager

    pyplot = sys.modules.get("matplotlib.pyplot")
    return {
        "threads": threading.active_count(),
        "comms": len(getattr(get_comm_manager(), "comms", {})),
        "figures": len(pyplot.get_fignums()) if pyplot else 0,
        "files": len(list(Path(tempfile.gettempdir()).iterdir())),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
    }


def shell() -> Any:
    """Make the shell of a kernel whose messages nobody reads."""
    from ipykernel.inprocess.ipkernel import InProcessKernel

    kernel = InProcessKernel()
    kernel.frontends.clear()
    return kernel.shell


def run(name: str, *, watched: bool, short: bool) -> dict[str, Any]:
    """Run a case in this process; give its figures."""
    prepared, cell, times, size = CASES[name]
    if short:
        times, size = max(times // 10, 1), max(size // 10, 1)
    kernel = shell()
    tempfile.tempdir = tempfile.mkdtemp()

    def run_cell(text: str) -> Any:
        return kernel.run_cell(text, store_history=True)

    run_cell(MADE + prepared.replace("{n}", str(size)))
    if watched:
        run_cell("%load_ext nbdiag")
    text = ("%%traindiag\n" if watched else "") + cell.replace("{n}", str(size))
    first: dict[str, int] = {}
    memory = []
    for _ in range(times):
        outcome = run_cell(text)
        if not outcome.success:
            raise SystemExit(f"{name}: {outcome.error_in_exec or outcome.error_before_exec!r}")
        gc.collect()
        memory.append(resident())
        first = first or counts()
    half = memory[len(memory) // 2 :]
    return {
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "growth": (half[-1] - half[0]) / max(len(half) - 1, 1),
        "end": memory[-1],
    } | {key: value - first[key] for key, value in counts().items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=CASES, action="append")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    parser.add_argument("--watched", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        found = run(options.case, watched=options.watched, short=options.short)
        print(json.dumps(found))
        return
    print(
        f"{'case':18}{'way':9}{'peak MB':>9}{'ratio':>7}{'end MB':>9}{'MB a fit':>10}"
        f"{'threads':>9}{'comms':>7}{'figures':>9}{'files':>7}{'descriptors':>13}"
    )
    for name in options.only or CASES:
        found = {}
        for way in ("bare", "watched"):
            words = [sys.executable, __file__, "--case", name]
            words += ["--watched"] * (way == "watched") + ["--short"] * options.short
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{name:18}{way:9}failed: {done.stderr.strip()[-300:]}")
                break
            found[way] = one = json.loads(done.stdout.strip().splitlines()[-1])
            print(
                f"{name:18}{way:9}{one['peak']:9.0f}{one['peak'] / found['bare']['peak']:7.3f}"
                f"{one['end']:9.0f}{one['growth']:10.3f}{one['threads']:9}{one['comms']:7}"
                f"{one['figures']:9}{one['files']:7}{one['descriptors']:13}",
                flush=True,
            )


if __name__ == "__main__":
    main()
