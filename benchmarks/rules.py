"""What judging a run costs: CPU time of all rules over every recorded run.

Usage: ``python benchmarks/rules.py [--repeats 5] [--slowest 5]``. A run's figure is the best of
the repeats: what the judgement takes when nothing else disturbs it. The first judgement of the
process has empty caches, and the largest record. The long runs are recorded ones with their curves
stretched over 5,000 epochs (as long as the longest training of the field reports), the long
notebook is a failed cell after sixty others of forty lines. Ratios are to the bound of 20 ms, and
to a fixed piece of Python work, for machines of another speed. The exit code is 1 when a run is
over the bound.
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from nbdiag.engine import judge
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun

RUNS = Path(__file__).resolve().parent.parent / "tests" / "runs"
BOUND = 0.020
EPOCHS = 5_000
CELLS, LINES = 60, 40


def main(arguments: list[str] | None = None) -> int:
    """Measure and print the table; give 1 when a run takes longer than the bound."""
    parser = argparse.ArgumentParser(description="CPU time of all rules on one run")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--slowest", type=int, default=5, help="runs to name")
    given = parser.parse_args(arguments)
    paths = sorted(RUNS.rglob("*.json"))
    runs = {f"{path.parent.name}/{path.stem}": TrainingRun.load(path) for path in paths}
    longest = max(paths, key=lambda path: path.stat().st_size)
    cold = TrainingRun.load(longest)
    first = timed(lambda: judge(cold))
    unit = min(timed(fixed_work) for _ in range(max(given.repeats, 5)))
    kinds = {
        "recorded": runs,
        f"{EPOCHS:,} epochs": {
            name: stretched(run) for name, run in runs.items() if run.history.epochs.get("loss")
        },
        f"{CELLS} cells": {name: crowded(run) for name, run in runs.items() if run.error},
    }
    print(f"first judgement of the process: {first * 1000:.1f} ms")
    print(f"fixed Python work: {unit * 1000:.2f} ms\n")
    print(f"{'runs':<14}{'number':>8}{'median':>11}{'max':>11}{'max/bound':>11}{'max/work':>10}")
    measured: list[tuple[float, str]] = []
    for kind, members in kinds.items():
        costs = [(cost(run, given.repeats), f"{name} ({kind})") for name, run in members.items()]
        measured += costs
        print(row(kind, [seconds for seconds, _ in costs], unit))
    print("\nslowest")
    for seconds, name in sorted(measured, reverse=True)[: given.slowest]:
        print(f"  {seconds * 1000:6.2f} ms  {name}")
    over = sum(seconds > BOUND for seconds, _ in measured)
    print(f"\n{over} of {len(measured)} runs over {BOUND * 1000:.0f} ms")
    return int(over > 0)


def row(kind: str, costs: Iterable[float], unit: float) -> str:
    """One line of the table."""
    costs = list(costs)
    middle, most = statistics.median(costs), max(costs)
    return (
        f"{kind:<14}{len(costs):>8}{middle * 1000:>8.2f} ms{most * 1000:>8.2f} ms"
        f"{most / BOUND:>11.2f}{most / unit:>10.2f}"
    )


def cost(run: TrainingRun, repeats: int) -> float:
    """CPU seconds of one judgement, the best of the repeats."""
    return min(timed(lambda: judge(run)) for _ in range(repeats))


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def fixed_work() -> int:
    """Work that takes some milliseconds of plain Python on any machine."""
    return sum(number * number % 7 for number in range(50_000))


def stretched(run: TrainingRun) -> TrainingRun:
    """Spread the curves of a run over thousands of epochs, with a ripple as real ones have."""
    places = [step / (EPOCHS - 1) for step in range(EPOCHS)]
    epochs = {
        label: tuple(
            values[round(place * (len(values) - 1))] * (1 + 0.01 * math.sin(1.7 * number))
            for number, place in enumerate(places)
        )
        for label, values in run.history.epochs.items()
        if values
    }
    rates = run.history.learning_rates[-1:] * EPOCHS
    history = replace(
        run.history, epochs=epochs, completed=EPOCHS, seconds=(), learning_rates=rates
    )
    return replace(run, history=history, fit=replace(run.fit, epochs=EPOCHS))


def crowded(run: TrainingRun) -> TrainingRun:
    """Put a long notebook before the cell of a run."""
    line = "print(np.mean(x[{}:]), plt.plot(a, b), model.predict(x))"
    text = "\n".join(line.format(number) for number in range(LINES))
    cells = tuple(Cell(number, f"{text}\n# {number}") for number in range(CELLS))
    return replace(run, earlier=(*cells, *run.earlier))


if __name__ == "__main__":
    sys.exit(main())
