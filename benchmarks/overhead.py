"""What a watched training costs: CPU time of the whole ``fit``, beside a bare one and its peers.

Usage: ``python benchmarks/overhead.py [--repeats 5] [--only mlp] [--no-peers] [--short | --long |
--brief | --cells [--against CHECKOUT]] [--first]``. The ways to run stand by turns (each repeat in
another order), every one with the same model, data and seed. A figure is the median over the
repeats of the ratio to the bare fit of the same repeat; the spread is the distance between the
quartiles. CPU time of the process, all threads together. "added" is the median of what a way took
beyond the bare fit, "own" that of the CPU time that passed inside nbdiag's hooks, which is known
better than a difference of two noisy figures (reports of batches are left out: they come in another
thread and take a microsecond each). ``--brief`` trains for about two seconds only, which shows what
is paid once: with ``--first`` that of the first fit of a form, else that of any further one.
``--cells`` measures whole cells with report and panel in a real kernel, and where their time goes
(`cells.py`).

The peers come with ``pip install --group benchmarks``; one that is not installed is left out.
"""

import argparse
import contextlib
import functools
import gc
import importlib.util
import os
import pkgutil
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cells
import keras
import numpy as np
from measurement import HOOKS, MODELS, quartiles

from nbdiag.capture.probe import graph_cache
from nbdiag.capture.watch import watch
from nbdiag.engine import Settings
from nbdiag.magics.live_observer import LiveObserver
from nbdiag.schema.cell import Cell

Made = tuple[Any, dict[str, Any]]


def made(name: str, rows: int, epochs: int) -> Made:
    """Make a model and the arguments of its ``fit``."""
    generator = np.random.default_rng(0)
    space: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec(MODELS[name], space)
    if name == "text":
        x = generator.integers(0, 2000, (rows, 60))
    else:
        x = generator.random((rows, *space["model"].input_shape[1:]), dtype="float32")
    y = generator.integers(0, 10, rows)
    return space["model"], {"x": x, "y": y, "epochs": epochs, "batch_size": 128}


# Rows and epochs: long epochs of seconds, many short ones of about a tenth of a second, and a fit
# that is over after two seconds.
SIZES = {
    "long": {"mlp": (40_000, 4), "cnn": (6_000, 4), "text": (6_000, 4)},
    "short": {"mlp": (2_000, 60), "cnn": (500, 45), "text": (500, 40)},
    "brief": {"mlp": (2_000, 20), "cnn": (500, 12), "text": (500, 12)},
}


@contextlib.contextmanager
def bare() -> Iterator[list[Any]]:
    """Run as it is."""
    yield []


@contextlib.contextmanager
def light() -> Iterator[list[Any]]:
    """Run under the watch, with the probes that are on by default."""
    with watch(Cell(1, "")):
        yield []


@contextlib.contextmanager
def full() -> Iterator[list[Any]]:
    """Run under the watch with all probes."""
    with watch(Cell(1, ""), probes="full"):
        yield []


@contextlib.contextmanager
def live() -> Iterator[list[Any]]:
    """Run under the watch with the live panel; without a front end its messages go nowhere."""
    following = LiveObserver(
        display=lambda *_, **__: None, live=True, stop_on="never", settings=Settings()
    )
    with watch(Cell(1, ""), **following.requests()):
        yield []
    following.close()


@contextlib.contextmanager
def tensorboard() -> Iterator[list[Any]]:
    """Run with Keras' own TensorBoard callback and its histograms."""
    with tempfile.TemporaryDirectory() as folder:
        yield [keras.callbacks.TensorBoard(folder, histogram_freq=1)]


@contextlib.contextmanager
def livelossplot() -> Iterator[list[Any]]:
    """Run with livelossplot's callback; its figures go to matplotlib's Agg."""
    from livelossplot import PlotLossesKeras
    from livelossplot.outputs import MatplotlibPlot

    # It clears the terminal for each figure, and Agg says that it cannot show one.
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield [PlotLossesKeras(outputs=[MatplotlibPlot()])]


WAYS: dict[str, Callable[[], Any]] = {
    "bare": bare,
    "light": light,
    "light, panel": live,
    "full": full,
    "TensorBoard": tensorboard,
    "livelossplot": livelossplot,
}
PEERS = {"TensorBoard": "tensorboard", "livelossplot": "livelossplot"}


class Own:
    """Adds up the CPU time between entering and leaving nbdiag's hooks."""

    def __init__(self) -> None:
        """Stand before the hooks for as long as the process lasts."""
        self.seconds = 0.0
        self._inside = False
        for hook in HOOKS:
            place, _, name = hook.rpartition(".")
            owner = pkgutil.resolve_name(f"nbdiag.{place}")
            setattr(owner, name, self._timed(getattr(owner, name)))

    def _timed(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(hook)
        def run(*arguments: Any, **keywords: Any) -> Any:
            if self._inside:
                return hook(*arguments, **keywords)
            self._inside, start = True, time.process_time()
            try:
                return hook(*arguments, **keywords)
            finally:
                self._inside = False
                self.seconds += time.process_time() - start

        return run


OWN = Own()


def measure(
    name: str, size: tuple[int, int], way: str, *, first: bool = False
) -> tuple[float, float, float]:
    """Train once; give CPU time, wall time and nbdiag's own CPU time of ``fit``."""
    keras.utils.clear_session()
    if first:
        graph_cache._KEPT.clear()  # noqa: SLF001 - no user needs that
    keras.utils.set_random_seed(0)
    model, arguments = made(name, *size)
    with WAYS[way]() as callbacks:
        gc.collect()
        OWN.seconds = 0.0
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(**arguments, verbose=0, callbacks=callbacks)
        return time.process_time() - cpu, time.perf_counter() - wall, OWN.seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=MODELS, action="append")
    parser.add_argument("--first", action="store_true", help="each fit as the first of its form")
    parser.add_argument("--no-peers", action="store_true", help="leave the other tools out")
    sizes = parser.add_mutually_exclusive_group()
    for name in SIZES:
        sizes.add_argument(f"--{name}", dest="size", action="store_const", const=name)
    sizes.add_argument("--cells", action="store_true", help="whole cells, report included")
    parser.add_argument("--against", type=Path, help="with --cells: another checkout, by turns")
    options = parser.parse_args()
    if options.cells:
        wanted = tuple(options.only or MODELS)
        names = [name for name in cells.STORIES if name.startswith(wanted)]
        cells.show(names, options.repeats, options.against)
        return
    for way, module in PEERS.items():
        if options.no_peers:
            del WAYS[way]
        elif not importlib.util.find_spec(module):
            print(f"{way} is not installed: its line is left out.")
            del WAYS[way]
    print(
        f"{'model':6}{'epochs':16}{'way':16}{'CPU s':>8}{'ratio':>8}{'spread':>8}"
        f"{'added s':>9}{'own s':>8}{'wall':>8}"
    )
    for size in [options.size] if options.size else ["long", "short"]:
        for name in options.only or MODELS:
            report(name, SIZES[size][name], options.repeats, first=options.first)


def report(name: str, size: tuple[int, int], repeats: int, *, first: bool) -> None:
    """Measure one model with one size of epochs and print its lines."""
    ways = list(WAYS)
    for way in ways:
        measure(name, (min(size[0], 500), 1), way)  # what is imported or set up once
    taken: dict[str, list[tuple[float, float, float]]] = {way: [] for way in ways}
    for repeat in range(repeats):
        turn = repeat % len(ways)
        for way in ways[turn:] + ways[:turn]:
            taken[way].append(measure(name, size, way, first=first))
    label = f"{size[1]} x {statistics.median(c for c, *_ in taken['bare']) / size[1]:.2f} s"
    for way in ways:
        pairs = list(zip(taken[way], taken["bare"], strict=True))
        ratios = [mine[0] / other[0] for mine, other in pairs]
        added = statistics.median(mine[0] - other[0] for mine, other in pairs)
        walls = [mine[1] / other[1] for mine, other in pairs]
        cpu = statistics.median(mine[0] for mine in taken[way])
        own = statistics.median(mine[2] for mine in taken[way])
        print(
            f"{name:6}{label:16}{way:16}{cpu:8.2f}{statistics.median(ratios):8.3f}"
            f"{quartiles(ratios):8.3f}{added:9.2f}{own:8.3f}{statistics.median(walls):8.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
