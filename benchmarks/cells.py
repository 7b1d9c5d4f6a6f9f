"""What a watched cell costs, report and panel included, in a real kernel, and where it goes.

Usage: ``python benchmarks/cells.py [--repeats 5] [--only mlp] [--against CHECKOUT]``. A kernel runs
the same cell with and without ``%%traindiag`` by turns; its first pair, which imports and sets up
what a kernel needs once, is left out. A figure is the median over the pairs; CPU time of the
kernel, all its threads together, from the request to the reply. "added" is the median of the
differences within a pair. "own" is the CPU time inside nbdiag, known better than a difference of
two noisy figures; the table by part divides it, each part without the parts that it calls.

``--against`` runs a second kernel with the code of another checkout, by turns with the first:
before and after in one run. No front end listens: what the browser does is not counted.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel
from measurement import HOOKS, MODELS, quartiles

HERE = Path(__file__).resolve().parent.parent

# Each part by what begins it; a name that a checkout lacks is passed over.
PARTS = {
    "watch": (
        *HOOKS,
        "capture.watch:Watch.__enter__",
        "capture.watch:Watch.__exit__",
    ),
    "trace": ("capture.probe.prober:Prober.prepare",),
    "looks": ("capture.probe.prober:Prober.look",),
    "data comparison": ("capture.session:describe_data",),
    "live judging": ("early_stop:Guard.look",),
    "live drawing": ("panel.live_panel:LivePanel.draw", "panel.live_panel:LivePanel.step"),
    "judging": ("diagnosis:judge", "diagnosis:judge_stopped", "diagnosis:with_whole_repair"),
    "writing fixes": ("edits:write_cell",),
    "drawing": ("render.curves.figure:png",),
    "static report": ("render.html:write", "render.text:write"),
    "panel": ("panel.publish:show",),
    "rest of the magic": (
        "magics.observation:Observation.open",
        "magics.observation:Observation.close",
        "magics.observation:Observation.report",
    ),
}

SETUP = """
import os
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import time as _time, functools as _functools, importlib as _importlib, gc as _gc
import numpy as np, keras
from keras import layers

class _Parts:
    def __init__(self, parts):
        self.spent, self.stack = dict.fromkeys(parts, 0.0), []
        for part, places in parts.items():
            for place in places:
                module, _, path = place.partition(":")
                try:
                    owner = _importlib.import_module("nbdiag." + module)
                    *way, name = path.split(".")
                    for step in way:
                        owner = getattr(owner, step)
                    setattr(owner, name, self.timed(part, getattr(owner, name)))
                except (ImportError, AttributeError):
                    continue
    def turn(self):
        now = _time.process_time()
        if self.stack:
            self.spent[self.stack[-1]] += now - self.since
        self.since = now
    def timed(self, part, function):
        @_functools.wraps(function)
        def run(*arguments, **keywords):
            self.turn()
            self.stack.append(part)
            try:
                return function(*arguments, **keywords)
            finally:
                self.turn()
                self.stack.pop()
        return run

_random = np.random.default_rng(0)
_centres = _random.random((10, 784), dtype="float32")
def pictures(rows, shape=(784,)):
    y = _random.integers(0, 10, rows)
    x = (_centres[y] + _random.standard_normal((rows, 784), dtype="float32")).astype("float32")
    return x.reshape(rows, *shape), y
def words(rows):
    y = _random.integers(0, 10, rows)
    return (_random.integers(0, 200, (rows, 60)) + 180 * y[:, None]).astype("int64"), y
"""

FIT = "model.fit(x, y, epochs={epochs}, batch_size=128, validation_split=0.2, verbose=0);\n"

# Data, model and epochs: the perceptron of 12,000 pictures, the same with a fault that is found and
# comes with fixes, cells of five seconds, and cells of two.
STORIES: dict[str, tuple[str, str, int]] = {
    "mlp": ("x, y = pictures(12_000)", "mlp", 8),
    "mlp, unscaled": ("x, y = pictures(12_000); x = (x * 64 + 128)", "mlp", 8),
    "cnn": ("x, y = pictures(5_000, (28, 28, 1))", "cnn", 4),
    "text": ("x, y = words(4_000)", "text", 6),
    "mlp, short": ("x, y = pictures(3_000)", "mlp", 6),
    "cnn, short": ("x, y = pictures(1_000, (28, 28, 1))", "cnn", 4),
    "text, short": ("x, y = words(1_000)", "text", 4),
}


class Kernel:
    """A kernel with the code of one checkout."""

    def __init__(self, checkout: Path, prepared: str) -> None:
        """Start it and make the data."""
        environment = os.environ | {"PYTHONPATH": str(checkout)}
        self._manager, self._client = start_new_kernel(env=environment)
        # As JupyterLab and Notebook 7 say which cell runs: its output is shown as there.
        self._client.session.metadata = {"cellId": "measured"}
        self.ask(SETUP)
        self.ask(prepared)
        self.ask("%load_ext nbdiag")
        self.ask(f"_parts = _Parts({PARTS!r})")

    def ask(self, cell: str, expression: str = "0") -> Any:
        """Run a cell; give the value of an expression after it."""
        reply = self._client.execute_interactive(
            cell, user_expressions={"value": expression}, output_hook=lambda _: None, timeout=900
        )["content"]
        if reply["status"] != "ok":
            raise RuntimeError("\n".join(reply["traceback"]))
        return eval(reply["user_expressions"]["value"]["data"]["text/plain"])

    def run(self, cell: str) -> tuple[float, dict[str, float]]:
        """Run a cell from the same seed; give its CPU time, and that of nbdiag's parts."""
        self.ask(
            "keras.utils.clear_session(); keras.utils.set_random_seed(0); _gc.collect()\n"
            "_parts.spent = dict.fromkeys(_parts.spent, 0.0)"
        )
        before = self.ask("", "_time.process_time()")
        self.ask(cell)
        after = self.ask("", "_time.process_time()")
        return after - before, self.ask("", "_parts.spent")

    def close(self) -> None:
        """End it."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@contextmanager
def kernels(checkouts: list[Path], prepared: str) -> Iterator[list[Kernel]]:
    """Start a kernel for each checkout."""
    started = [Kernel(checkout, prepared) for checkout in checkouts]
    try:
        yield started
    finally:
        for kernel in started:
            kernel.close()


def main() -> None:
    """Read the command and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=STORIES, action="append")
    parser.add_argument("--against", type=Path, help="another checkout, measured by turns")
    options = parser.parse_args()
    show(options.only or list(STORIES), options.repeats, options.against)


def show(names: list[str], repeats: int, against: Path | None) -> None:
    """Measure cells and print the tables."""
    checkouts = {"now": HERE}
    if against:
        checkouts = {"before": against.resolve()} | checkouts
    print(f"{'cell':16}{'code':8}{'bare s':>8}{'ratio':>8}{'spread':>8}{'added s':>9}{'own s':>8}")
    parts: dict[tuple[str, str], dict[str, float]] = {}
    for name in names:
        for code, spent in report(name, checkouts, repeats).items():
            parts[name, code] = spent
    print("\nown CPU time by part, in ms")
    print(f"{'':20}" + "".join(f"{name:>16}" for name, _ in parts))
    print(f"{'':20}" + "".join(f"{code:>16}" for _, code in parts))
    for part in PARTS:
        print(f"{part:20}" + "".join(f"{1000 * spent[part]:16.0f}" for spent in parts.values()))


def report(name: str, checkouts: dict[str, Path], repeats: int) -> dict[str, dict[str, float]]:
    """Measure one cell, print its lines, and give the median CPU time of each part."""
    prepared, model, epochs = STORIES[name]
    cell = MODELS[model] + FIT.format(epochs=epochs)
    ways = (cell, "%%traindiag\n" + cell)
    taken: dict[str, list[tuple[float, float, dict[str, float]]]] = {key: [] for key in checkouts}
    with kernels(list(checkouts.values()), prepared) as started:
        for repeat in range(repeats + 1):
            for code, kernel in zip(checkouts, started, strict=True):
                order = ways if repeat % 2 else ways[::-1]
                found = {way: kernel.run(way) for way in order}
                if repeat:
                    taken[code].append((found[ways[0]][0], *found[ways[1]]))
    medians = {}
    for code, pairs in taken.items():
        ratios = [mine / bare for bare, mine, _ in pairs]
        added = statistics.median(mine - bare for bare, mine, _ in pairs)
        own = statistics.median(sum(spent.values()) for _, _, spent in pairs)
        print(
            f"{name:16}{code:8}{statistics.median(bare for bare, *_ in pairs):8.2f}"
            f"{statistics.median(ratios):8.3f}{quartiles(ratios):8.3f}{added:9.2f}{own:8.3f}",
            flush=True,
        )
        medians[code] = {
            part: statistics.median(spent[part] for *_, spent in pairs) for part in PARTS
        }
    return medians


if __name__ == "__main__":
    sys.exit(main())
