"""The cells of a program to its runs: one for each fit that the text shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import Environment, TrainingRun
from nbdiag.static.compile_record import compile_setup
from nbdiag.static.fit_record import fit_call
from nbdiag.static.keras_library import KerasLibrary
from nbdiag.static.keras_objects import KerasModel, model_of
from nbdiag.static.model_record import ModelRecord
from nbdiag.syntax.program.domain import Given, Value
from nbdiag.syntax.program.interpreter import Interpreter
from nbdiag.syntax.program.library_protocol import Call
from nbdiag.syntax.refusal import Refused

MOST_FITS = 200
"""Fits of one program that are judged."""


@dataclass
class Reading:
    """What reading a program has shown.

    Attributes
    ----------
    runs
        One for each fit, in the order of the program.
    remarks
        What could not be read, a clause for each.
    """

    runs: list[TrainingRun] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_program(cells: Sequence[Cell]) -> Reading:
    """Read the cells of a program in order.

    Parameters
    ----------
    cells
        Python cells, numbered upwards.

    Returns
    -------
    Reading
        Facts that the text does not show are `Missing` in its runs.
    """
    if not any("fit" in cell.source for cell in cells):
        return Reading()
    return _Program(cells).read()


class _Program:
    """Reads one program."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = tuple(cells)
        self._reading = Reading()
        self._library = KerasLibrary(self._fit)
        self._interpreter = Interpreter(self._library)
        self._library.touch = self._interpreter.journal.touch
        self._place = 0

    def read(self) -> Reading:
        for place, cell in enumerate(self._cells):
            self._place = place
            try:
                self._interpreter.read(cell)
            except Refused as problem:
                self._reading.remarks.append(f"cell {cell.number}: {problem.said()}")
        if self._interpreter.ended:
            self._reading.remarks.append(self._interpreter.ended)
        counts = Counter(run.cell.number for run in self._reading.runs)
        self._reading.runs = [
            replace(run, fits=counts[run.cell.number]) for run in self._reading.runs
        ]
        return self._reading

    def _fit(self, model: KerasModel, given: Given, call: Call) -> None:
        runs = self._reading.runs
        if len(runs) >= MOST_FITS:
            return
        cell = self._cells[self._place]
        described = ModelRecord(call).read(model)
        heads = () if isinstance(described, Missing) else described.heads
        if not isinstance(described, Missing):
            described = replace(described, variable=self._variable(model))
        setup = compile_setup(model, heads)
        if isinstance(described, Missing) and not isinstance(setup, Missing):
            setup = Missing(described.reason)
        runs.append(
            TrainingRun(
                cell=cell,
                environment=Environment(backend=self._backend()),
                earlier=self._cells[: self._place],
                model=described,
                compile=setup,
                fit=fit_call(given),
                probes=Missing("nothing was run"),
                fit_number=1 + sum(run.cell == cell for run in runs),
                started_trained=model.steps,
            )
        )

    def _variable(self, model: KerasModel) -> str | None:
        names = self._interpreter.names.names
        return next((name for name, value in names.items() if _is(value, model)), None)

    def _backend(self) -> str:
        """Return the backend that the program chooses, by default that of Keras."""
        chosen = self._library.settings.get("KERAS_BACKEND", "tensorflow")
        return chosen if isinstance(chosen, str) else ""


def _is(value: Value, model: KerasModel) -> bool:
    return model_of(value) is model
