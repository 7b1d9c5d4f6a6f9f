"""The lines of earlier cells that make the data a cell starts from.

A cell that prepares its data under their own name, ``x = x / 255``, is right the first time only.
With the lines that make ``x`` ahead of it, it starts from the same data whenever it runs.
"""

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nbdiag.syntax.keras_statements import DEFINITIONS, is_cheap, settles
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import ParsedCell
from nbdiag.syntax.text.scopes import binds, changes, inside, needs, reads, root

_SEEDS = ("seed", "set_seed", "set_random_seed", "manual_seed")
_IN_PLACE = ("shuffle", "put", "copyto", "fill_diagonal", "place", "putmask")
_TRAINING = ("fit", "fit_generator", "train_on_batch")

_GIVEN = {*dir(builtins), "get_ipython", "display"}

Place = tuple[int, ast.stmt]


def data_lines(
    watched: ParsedCell,
    earlier: Sequence[ParsedCell],
    free: set[str],
    of_the_model: Mapping[int, Sequence[ast.stmt]],
) -> dict[int, list[ast.stmt]]:
    """Choose the statements that make the data of a cell, once each.

    Parameters
    ----------
    watched
        The cell.
    earlier
        The cells before it, oldest first.
    free
        Names that the cell takes from the kernel.
    of_the_model
        Statements that come along for the model, by place of their cell.

    Returns
    -------
    dict
        Statements by the place of their cell; none where the cell makes its data itself.

    Raises
    ------
    Refused
        When a name of the data is made nowhere, or it is not clear what has become of it.
    """
    program = [(place, item) for place, page in enumerate(earlier) for item in page.tree.body]
    model = {name for items in of_the_model.values() for item in items for name in binds(item)}
    needed = {name for items in of_the_model.values() for item in items for name in needs(item)}
    slicing = _Slice(watched, earlier, program)
    slicing.begin((free | needed) - model)
    return slicing.statements()


@dataclass
class _Slice:
    """Goes backwards through the program of all cells."""

    watched: ParsedCell
    earlier: Sequence[ParsedCell]
    program: Sequence[Place]
    wanted: set[str] = field(default_factory=set)
    taken: list[int] = field(default_factory=list)

    def begin(self, names: set[str]) -> None:
        """Ask for the data among the names that the cell uses, and among what functions use.

        Imports, functions and plain constants are the same whenever the cell runs.
        """
        everything = any(
            "*" in binds(item) for item in (*self.watched.tree.body, *(s for _, s in self.program))
        )
        waiting = sorted(names - _GIVEN)
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            newest = next((item for _, item in reversed(self.program) if name in binds(item)), None)
            if isinstance(newest, DEFINITIONS):
                waiting += reads(newest) - _GIVEN
            elif newest is None and everything:
                continue  # it came with an import of everything, whose names no text shows
            elif newest is None or not is_cheap(newest):
                self.wanted.add(name)

    def statements(self) -> dict[int, list[ast.stmt]]:
        """Take what makes the wanted names, each statement once, with the seeds above it."""
        own = {ast.dump(item) for item in self.watched.tree.body}
        for place in range(len(self.program) - 1, -1, -1):
            cell, statement = self.program[place]
            made = binds(statement)
            names = self.wanted & (made | self._touches(statement))
            if not names:
                continue
            fed = names & (needs(statement) | (names - made))
            if fed and ast.dump(statement) in own:
                continue  # a former run of this cell; the cell does it by itself
            if _trains(statement) or (fed and any(map(_trains, self.earlier[cell].tree.body))):
                raise Refused(
                    "an earlier cell that trains changes {names}", names=", ".join(sorted(names))
                )
            self.taken.append(place)
            asked = needs(statement) - _GIVEN
            if isinstance(statement, (*DEFINITIONS, ast.Import, ast.ImportFrom)):
                asked -= made
            if settles(statement) or isinstance(statement, ast.With):
                self.wanted -= made
            self.wanted |= asked
        if self.wanted:
            raise Refused("no earlier cell makes {names}", names=", ".join(sorted(self.wanted)))
        return self._chosen()

    def _chosen(self) -> dict[int, list[ast.stmt]]:
        """Leave out what a second run of a cell has done again; add seeds."""
        chosen: dict[int, list[ast.stmt]] = {}
        texts: dict[str, int] = {}
        for place in sorted(self.taken):
            cell, statement = self.program[place]
            text = ast.dump(statement)
            fed = needs(statement) | self._touches(statement)
            # A line that is twice in one cell should be done twice.
            if texts.get(text, cell) != cell and (binds(statement) & fed or not binds(statement)):
                continue
            texts[text] = cell
            chosen.setdefault(cell, []).append(statement)
        for cell, statements in chosen.items():
            body = self.earlier[cell].tree.body
            end = body.index(statements[-1])
            seeds = [item for item in body[:end] if _seeds(item)]
            chosen[cell] = [item for item in body if item in statements or item in seeds]
        return chosen

    def _touches(self, statement: ast.stmt) -> set[str]:
        """Names whose objects a statement may change in place."""
        names = changes(statement)
        for call in _calls(statement):
            own = isinstance(call.func, ast.Name) and self._is_own(call.func.id)
            if own or _last(call) in _IN_PLACE:
                names |= {item.id for item in call.args if isinstance(item, ast.Name)}
        return names

    def _is_own(self, name: str) -> bool:
        return any(isinstance(item, DEFINITIONS) and item.name == name for _, item in self.program)


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Yield the calls whose value is not used: what they do, they do in place."""
    for part in inside(statement):
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            yield part.value


def _last(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else (root(call.func) or "")


def _seeds(statement: ast.stmt) -> bool:
    return any(_last(call) in _SEEDS for call in _calls(statement))


def _trains(statement: ast.stmt) -> bool:
    """Whether a statement trains a model: fits it to rows and labels, with words of Keras."""
    return any(
        isinstance(part, ast.Call) and _last(part) in _TRAINING and _is_keras(part)
        for part in inside(statement)
    )


def _is_keras(call: ast.Call) -> bool:
    """Whether a call of fit is one of Keras: scalers are fitted to a single array."""
    words = {"epochs", "batch_size", "validation_data", "validation_split", "verbose", "callbacks"}
    return len(call.args) > 1 or any(item.arg in words for item in call.keywords)
