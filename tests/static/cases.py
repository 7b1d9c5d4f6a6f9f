"""Programs of `tests/programs` as cells, and what is known of their recorded runs before training."""

import re
from dataclasses import replace
from pathlib import Path

from nbdiag.schema.cell import Cell
from nbdiag.schema.data import Data
from nbdiag.schema.history import History
from nbdiag.schema.missing import Missing
from nbdiag.static.program import read_program

PROGRAMS = Path(__file__).resolve().parents[1] / "programs"
RUNS = PROGRAMS.parent / "runs"
PAIRS = tuple(
    (program, recorded)
    for program in sorted(PROGRAMS.rglob("*.py"))
    if program.parent.name != "crash"
    and (recorded := RUNS / program.parent.name / f"{program.stem}.json").exists()
)


def cells_of(text):
    parts = re.split(r"(?m)^# %%.*\n", text)
    return [Cell(number, part) for number, part in enumerate(parts, 1)]


def runs_of(text):
    return read_program(cells_of(text)).runs


def without_measurements(run):
    """What a text could know of a recorded run: its setup, and nothing that was measured."""
    return replace(
        run,
        data=Data(),
        history=History(),
        probes=Missing("nothing was run"),
        error=None,
        previous=(),
        started_trained=False,
        interrupted=False,
        stopped=None,
        fit=replace(run.fit, steps=None),
    )
