"""What a watched training costs: CPU time of the whole ``fit``, beside a bare one and TensorBoard.

Usage: ``python benchmarks/overhead.py [--repeats 5] [--only mlp] [--short]``. The ways to run
stand by turns (each repeat in another order), every one with the same model, data and seed. A
figure is the median over the repeats of the ratio to the bare fit of the same repeat; the spread
is the distance between the quartiles. CPU time of the process, all threads together.
"""

import argparse
import contextlib
import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from nbdiag.capture.watch import watch
from nbdiag.engine import judge
from nbdiag.schema.run import Cell

Made = tuple[Any, dict[str, Any]]


def mlp(rows: int, epochs: int) -> Made:
    """Make a perceptron on flat pictures."""
    generator = np.random.default_rng(0)
    x = generator.random((rows, 784), dtype="float32")
    y = generator.integers(0, 10, rows)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return compiled(model), {"x": x, "y": y, "epochs": epochs, "batch_size": 128}


def cnn(rows: int, epochs: int) -> Made:
    """Make a convolution net with batch normalisation."""
    generator = np.random.default_rng(0)
    x = generator.random((rows, 28, 28, 1), dtype="float32")
    y = generator.integers(0, 10, rows)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return compiled(model), {"x": x, "y": y, "epochs": epochs, "batch_size": 128}


def text(rows: int, epochs: int) -> Made:
    """Make an embedding with a recurrent layer."""
    generator = np.random.default_rng(0)
    x = generator.integers(0, 2000, (rows, 60))
    y = generator.integers(0, 10, rows)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((60,)),
            layers.Embedding(2000, 32),
            layers.LSTM(32),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return compiled(model), {"x": x, "y": y, "epochs": epochs, "batch_size": 128}


def compiled(model: Any) -> Any:
    """Compile a model as a beginner does."""
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# Rows and epochs: long epochs of seconds, short ones of about a tenth of a second.
SIZES = {
    "mlp": (mlp, (20_000, 6), (2_000, 20)),
    "cnn": (cnn, (6_000, 4), (500, 12)),
    "text": (text, (6_000, 4), (500, 12)),
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
    """Run under the watch, judging the run so far after each epoch."""
    with watch(Cell(1, ""), on_epoch=judge):
        yield []


@contextlib.contextmanager
def tensorboard() -> Iterator[list[Any]]:
    """Run with Keras' own TensorBoard callback and its histograms."""
    with tempfile.TemporaryDirectory() as folder:
        yield [keras.callbacks.TensorBoard(folder, histogram_freq=1)]


WAYS: dict[str, Callable[[], Any]] = {
    "bare": bare,
    "light": light,
    "light, judged live": live,
    "full": full,
    "TensorBoard": tensorboard,
}


def measure(
    make: Callable[[int, int], Made], size: tuple[int, int], way: str
) -> tuple[float, float]:
    """Train once; give CPU time and wall time of ``fit``."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    model, arguments = make(*size)
    with WAYS[way]() as callbacks:
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(**arguments, verbose=0, callbacks=callbacks)
        return time.process_time() - cpu, time.perf_counter() - wall


def quartiles(values: list[float]) -> float:
    """Distance between the quartiles."""
    if len(values) == 1:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4)
    return high - low


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=SIZES, action="append")
    parser.add_argument("--short", action="store_true", help="short epochs only")
    options = parser.parse_args()
    if not importlib.util.find_spec("tensorboard"):
        print("TensorBoard is not installed: its line is left out.")
        del WAYS["TensorBoard"]
    print(f"{'model':6}{'epochs':16}{'way':20}{'CPU s':>8}{'ratio':>8}{'spread':>8}{'wall':>8}")
    for name in options.only or SIZES:
        make, *sizes = SIZES[name]
        for size in sizes[options.short :]:
            report(name, make, size, options.repeats)


def report(
    name: str, make: Callable[[int, int], Made], size: tuple[int, int], repeats: int
) -> None:
    """Measure one model with one size of epochs and print its lines."""
    ways = list(WAYS)
    measure(make, (size[0], 1), "bare")  # what TensorFlow does once
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for repeat in range(repeats):
        turn = repeat % len(ways)
        for way in ways[turn:] + ways[:turn]:
            taken[way].append(measure(make, size, way))
    label = f"{size[1]} x {statistics.median(c for c, _ in taken['bare']) / size[1]:.2f} s"
    for way in ways:
        pairs = list(zip(taken[way], taken["bare"], strict=True))
        ratios = [mine[0] / other[0] for mine, other in pairs]
        walls = [mine[1] / other[1] for mine, other in pairs]
        cpu = statistics.median(mine[0] for mine in taken[way])
        print(
            f"{name:6}{label:16}{way:20}{cpu:8.2f}{statistics.median(ratios):8.3f}"
            f"{quartiles(ratios):8.3f}{statistics.median(walls):8.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
