"""The loop in which the text makes a layer several times, and how to tell its last turn."""

from dataclasses import dataclass

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, last_name, statements
from nbdiag.syntax.text.nodes import (
    Expression,
    ForLoop,
    code_of,
    is_call,
    is_for,
    is_name,
    is_sequence,
    pieces_of,
)


@dataclass(frozen=True)
class LayerLoop:
    """A loop that makes a layer in each of its turns.

    Attributes
    ----------
    counter
        Name that counts the turns from 0, "" where the loop has none.
    over
        What the loop goes through, or the number of its turns.
    """

    cell: Cell
    loop: ForLoop
    counter: str
    over: Expression

    @property
    def not_last(self) -> str:
        """A condition that holds in all turns but the last."""
        counted = is_call(self.loop.iter) and last_name(self.loop.iter) == "range"
        count = code_of(self.over) if counted else f"len({code_of(self.over)})"
        return f"{self.counter or FRESH} < {count} - 1"


FRESH = "turn"
"""Name of the counter that a loop is given."""


def loop_of(run: TrainingRun, found: CellCall) -> LayerLoop | None:
    """Return the innermost loop around a call, None for one that is made once."""
    for cell in (run.cell, *run.earlier):
        loops = [
            node
            for top in statements(cell)
            for node in pieces_of(top)
            if is_for(node) and any(part is found.node for part in pieces_of(node))
        ]
        if loops and cell.number == found.call.cell:
            return _read(cell, loops[-1])
    return None


def _read(cell: Cell, loop: ForLoop) -> LayerLoop | None:
    over, target = loop.iter, loop.target
    if is_call(over):
        name, given = last_name(over), over.args
        if len(given) != 1 or over.keywords:
            return None
        if name == "range" and is_name(target):
            return LayerLoop(cell, loop, target.id, given[0])
        first = target.elts[0] if is_sequence(target) else None
        if name == "enumerate" and is_name(first):
            return LayerLoop(cell, loop, first.id, given[0])
        return None
    return LayerLoop(cell, loop, "", over) if is_name(target) else None
