#!/usr/bin/env python
"""Search recorded runs for cases on either side of the rules' thresholds.

Usage: ``python scripts/find_thresholds.py [NBD516 …] [--again] [--seconds 60]``. Every number that
a rule reads in a recorded run is moved over many magnitudes, alone and together with its like.
Where the verdict changes, the point is found by bisection, and the case is kept for each constant
that moves this point. Found cases are written to ``tests/rules/thresholds``; constants that have
one are left alone unless ``--again`` is given. Those left without a case are named at the end: they
need a run made by hand, or are not thresholds.
"""

import argparse
import contextlib
import dataclasses
import hashlib
import inspect
import itertools
import math
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nbdiag.rules.base import Rule  # noqa: E402
from nbdiag.schema import cell, data, history, model, probe, run, setup  # noqa: E402
from nbdiag.schema.run import TrainingRun  # noqa: E402
from tests.recorded import FILES, load  # noqa: E402
from tests.thresholds import (  # noqa: E402
    CRASHED,
    RULES,
    Case,
    Constant,
    changed,
    constants,
    difference,
    edited,
    notices,
    proposal,
    read_cases,
    times,
    verdict,
    write_case,
)

STAR = re.compile(r"\.-?\d+(?=\.|$)")
MARGINS = (0.02, 0.002)  # wide ones first; a threshold of a small difference needs narrow ones
STEPS = 26
FACTORS = (-1, 0, 1e-4, 0.01, 0.1, 0.3, 0.6, 0.85, 1.15, 1.7, 3, 10, 100, 1e4)
SHARES = (0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.99, 1)
FROM_ZERO = (-1, 1e-7, 1e-4, 0.01, 0.1, 0.3, 0.6, 1, 3, 10, 100, 1000)
WHOLE = (0, 1, 2, 3, 4, 6, 9, 15, 25, 45, 80, 150, 300, 1000, 10_000, 1_000_000, 10_000_000)
LENGTHS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 40)
BENDS = (-1, 0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1, 1.5, 2.5, 4)
TOGETHER = (
    ("data.inputs.*.rows", "data.labels.*.rows", "data.split.training_rows"),
    ("data.inputs.*.rows", "data.labels.*.rows"),
    ("data.inputs.*.sampled", "data.labels.*.sampled", "data.inputs.*.rows", "data.labels.*.rows"),
    ("history.epochs.loss", "history.epochs.val_loss"),
    ("fit.epochs", "history.completed"),
    ("fit.batch_size", "fit.steps"),
    ("compile.optimizer.learning_rate", "history.learning_rates.*"),
    ("compile.optimizer.learning_rate", "compile.optimizer.config.learning_rate"),
)
# More bases of a rule than these seldom show what these do not.
MOST_BASES = 8
MOST_LIVE = 6
MOST_PLACES = 4


def main(arguments: list[str] | None = None) -> int:
    """Search, write what is found, and return how many constants are left without a case."""
    parser = argparse.ArgumentParser(description="Find cases for the thresholds of rules")
    parser.add_argument("codes", nargs="*", help="rules to search for, all by default")
    parser.add_argument("--again", action="store_true", help="search where there is a case, too")
    parser.add_argument("--wide", action="store_true", help="start from every live recorded run")
    parser.add_argument("--fixes", action="store_true", help="numbers that only fixes hold")
    parser.add_argument("--deep", action="store_true", help="edit a run twice")
    parser.add_argument("--seconds", type=float, default=60, help="for one rule at most")
    given = parser.parse_args(arguments)
    have = {} if given.again else read_cases()
    wanted = [item for item in constants() if str(item) not in have]
    if given.codes:
        wanted = [item for item in wanted if item.code in given.codes]
    left: list[Constant] = []
    for code, members in itertools.groupby(wanted, key=lambda item: item.code):
        open_ones = list(members)
        began = time.monotonic()
        found = (
            proposals(code, open_ones, given.seconds)
            if given.fixes
            else search(code, open_ones, given.seconds, wide=given.wide, deep=given.deep)
        )
        for constant, case in found:
            write_case(constant, case)
            print(f"{constant}: {case}", flush=True)
        left += open_ones
        names = ", ".join(item.name for item in open_ones)
        print(f"{code}: {time.monotonic() - began:.0f} s; left: {names or 'none'}", flush=True)
    print(f"{len(left)} without a case: {', '.join(map(str, left))}")
    return len(left)


def search(
    code: str, wanted: list[Constant], seconds: float, *, wide: bool, deep: bool
) -> Iterator[tuple[Constant, Case]]:
    """Find cases for constants of a rule; what has one is taken out of ``wanted``."""
    rule = RULES[code]
    until = time.monotonic() + seconds
    starts = [
        Start(f"{path.parent.name}/{path.stem}", load(path), ())
        for path in bases(rule, wanted, wide=wide)
    ]
    if deep:
        starts = (further for start in starts for further in live(rule, start, wanted, until))
    else:
        starts = sorted(starts, key=lambda start: start.name)
    for start in starts:
        for paths, how, values in moves(rule, start.run):
            if not wanted or time.monotonic() > until:
                return
            for case in boundaries(rule, start, paths, how, values):
                for constant in list(wanted):
                    if holds(rule, constant, case):
                        wanted.remove(constant)
                        yield constant, case


def proposals(code: str, wanted: list[Constant], seconds: float) -> Iterator[tuple[Constant, Case]]:
    """Find runs whose fixes a constant goes into."""
    rule = RULES[code]
    until = time.monotonic() + seconds
    for path in bases(rule, wanted, wide=False):
        base = Start(f"{path.parent.name}/{path.stem}", load(path), ())
        for start in itertools.chain((base,), further(rule, base, until)):
            case = Case(start.name, first=start.edits, proposes=proposal(rule, start.run))
            for constant in list(wanted):
                if case.proposes and all(notices(constant, case, factor) for factor in (0.5, 2)):
                    wanted.remove(constant)
                    yield constant, case
            if not wanted:
                return


@dataclass(frozen=True)
class Start:
    """A run that a search starts from: a recorded one with some edits."""

    name: str
    run: TrainingRun
    edits: tuple[tuple[tuple[str, ...], str, float], ...]


def live(rule: type[Rule], start: Start, wanted: list[Constant], until: float) -> Iterator[Start]:
    """Edit a run once so that a constant decides on its verdict."""
    known: dict[Constant, int] = {}
    for later in further(rule, start, until):
        for constant in wanted:
            if known.get(constant, 0) < MOST_LIVE and _moves(rule, constant, later.run):
                known[constant] = known.get(constant, 0) + 1
                yield later
                break


def further(rule: type[Rule], start: Start, until: float) -> Iterator[Start]:
    """Edit a run once more, in every way."""
    for paths, how, values in moves(rule, start.run):
        for to in values:
            if time.monotonic() > until:
                return
            with contextlib.suppress(ArithmeticError, ValueError, TypeError):
                run = edited(start.run, paths, how, to)
                yield Start(start.name, run, (*start.edits, (paths, how, to)))


def bases(rule: type[Rule], wanted: list[Constant], *, wide: bool) -> list[Path]:
    """Choose the recorded runs to start from: the rule's own, or all that a constant moves."""
    own = [path for path in FILES if path.stem.startswith(rule.code.lower())]
    own.sort(key=lambda path: (re.search("faulty|healthy|fixed", path.stem)[0], path.stem))
    if not wide:
        return own[:MOST_BASES]
    others = sorted(
        (path for path in FILES if path not in own and path.parent.name != "crash"),
        key=lambda path: hashlib.md5(path.stem.encode(), usedforsecurity=False).hexdigest(),
    )
    live = []
    for path in others:
        if any(_moves(rule, constant, load(path)) for constant in wanted):
            live.append(path)
        if len(live) == MOST_BASES * 2:
            break
    return live


def _moves(rule: type[Rule], constant: Constant, base: TrainingRun) -> bool:
    """Whether extreme values of a constant change the verdict on a run."""
    before = verdict(rule, base)
    for factor in (-1, 0, 1000):
        value = type(constant.value)(constant.value * factor)
        with changed(constant, value):
            after = verdict(rule, base)
        if after not in (before, CRASHED):
            return True
    return False


def moves(
    rule: type[Rule], base: TrainingRun
) -> Iterator[tuple[tuple[str, ...], str, list[float]]]:
    """List what may be moved in a run, how, and to which values."""
    read = leaves_read(rule, base)
    seen = set()
    for path, value in read.items():
        starred = STAR.sub(".*", path)
        inner = re.sub(r"(?<=\d)(\..*)", lambda found: STAR.sub(".*", found[1]), path)
        ways = {(path,), (starred,), (inner,)}
        ways |= {together for together in TOGETHER if any(starred == part for part in together)}
        for way in sorted(ways, key=lambda way: -"".join(way).count("*")):
            for how, values in _values(value):
                if (way, how) not in seen:
                    seen.add((way, how))
                    yield way, how, values


def _values(value: Any) -> Iterator[tuple[str, list[float]]]:
    if isinstance(value, tuple):
        if value and isinstance(value[0], int | float):
            scales = [factor for factor in FACTORS if factor > 0]
            yield "scale all but the first", scales
            yield "scale the last", scales
            yield "scale", scales
            yield "length", list(LENGTHS)
            yield "bend", list(BENDS)
        else:
            yield "number", list(LENGTHS)
    elif isinstance(value, int):
        yield "set", sorted({*WHOLE, value})
    elif value == 0 or not math.isfinite(value):
        yield "set", list(FROM_ZERO)
    else:
        shares = SHARES if 0 <= value <= 1 else ()
        yield "set", sorted({*(value * factor for factor in FACTORS), *shares, value})


def boundaries(
    rule: type[Rule],
    start: Start,
    paths: tuple[str, ...],
    how: str,
    values: list[float],
) -> Iterator[Case]:
    """Find where the verdict changes while a number moves."""

    def judged(to: float) -> Any:
        try:
            return verdict(rule, edited(start.run, paths, how, to))
        except (ArithmeticError, ValueError, TypeError):
            return CRASHED

    verdicts = [judged(to) for to in values]
    for (low, one), (high, other) in itertools.pairwise(zip(values, verdicts, strict=True)):
        if one == other or CRASHED in (one, other):
            continue
        whole = (
            isinstance(low, int) and isinstance(high, int) and how in ("set", "length", "number")
        )
        below, above = low, high
        for _ in range(STEPS):
            middle = (below + above) // 2 if whole else _middle(below, above)
            if middle in (below, above):
                break
            if judged(middle) == one:
                below = middle
            else:
                above = middle
        sides = [(below, above)] if whole else [_apart(below, above, by) for by in MARGINS]
        for under, over in sides:
            beyond = judged(over)
            if judged(under) == one != beyond and beyond != CRASHED:
                yield Case(
                    start.name, paths, how, under, over, difference(one, beyond), start.edits
                )


def _middle(below: float, above: float) -> float:
    if below > 0 and above / below > 2:  # noqa: PLR2004
        return math.sqrt(below * above)
    return (below + above) / 2


def _apart(below: float, above: float, share: float) -> tuple[float, float]:
    """Move two values off the boundary between them, and round them."""
    edge = (below + above) / 2
    by = abs(edge) * share
    return _rounded(edge - by), _rounded(edge + by)


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")


def holds(rule: type[Rule], constant: Constant, case: Case) -> bool:
    """Whether a case is one of this constant: each small change of it is seen on one side."""
    sides = case.sides()
    before = [verdict(rule, side) for side in sides]
    for factor in (0.8, 1.25, 0.5, 2):
        with changed(constant, times(constant.value, factor)):
            after = [verdict(rule, side) for side in sides]
        if after == before or CRASHED in after:
            return False
    return True


def leaves_read(rule: type[Rule], base: TrainingRun) -> dict[str, Any]:
    """Find the numbers of a run that a rule reads."""
    schema = [
        item
        for module in (cell, data, history, model, probe, run, setup)
        for item in vars(module).values()
        if dataclasses.is_dataclass(item) and item.__module__ == module.__name__
    ]
    touched: dict[tuple[int, str], int] = {}

    def recorder(self: Any, name: str) -> Any:
        reader = inspect.currentframe().f_back.f_globals["__name__"]
        own = reader == rule.__module__
        touched[id(self), name] = max(touched.get((id(self), name), 0), own)
        return object.__getattribute__(self, name)

    for item in schema:
        item.__getattribute__ = recorder
    try:
        verdict(rule, base)
    finally:
        for item in schema:
            del item.__getattribute__
    found = sorted(_leaves(base, "", touched), key=lambda leaf: -leaf[2])
    return {path: value for path, value, _ in found}


def _leaves(
    value: Any, path: str, touched: dict[tuple[int, str], int], own: int = 0
) -> Iterator[tuple[str, Any, int]]:
    """Walk over the numbers below a value, of dataclasses those that were touched."""
    at = f"{path}." if path else ""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield path, value, own
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            reader = touched.get((id(value), field.name))
            if reader is not None and field.name not in ("site", "line", "column", "format"):
                item = getattr(value, field.name)
                yield from _leaves(item, at + field.name, touched, reader)
    elif isinstance(value, dict):
        for key, item in value.items():
            if "." not in str(key):
                yield from _leaves(item, f"{at}{key}", touched, own)
    elif isinstance(value, tuple | list):
        yield from _tuple_leaves(tuple(value), path, touched, own)


def _tuple_leaves(
    value: tuple[Any, ...], path: str, touched: dict[tuple[int, str], int], own: int
) -> Iterator[tuple[str, Any, int]]:
    yield path, value, own
    if len(value) > 1 and isinstance(value[0], int | float):
        yield f"{path}.0", value[0], own
        yield f"{path}.-1", value[-1], own
    else:
        for place, item in enumerate(value):
            if place < MOST_PLACES or place == len(value) - 1:
                yield from _leaves(item, f"{path}.{place}", touched, own)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
