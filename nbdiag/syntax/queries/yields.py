"""Lists that a generator of the cells yields, where Keras takes tuples."""

from collections.abc import Iterator

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import statements
from nbdiag.syntax.text.nodes import (
    Expression,
    is_assignment,
    is_function,
    is_list,
    is_name,
    is_tuple,
    is_yield,
    pieces_of,
)


def lists_yielded(run: TrainingRun) -> Iterator[tuple[Cell, str, Expression]]:
    """Find the lists among what generators yield, and the name of each generator.

    Yields
    ------
    tuple
        The cell, the generator, and the list itself or the name that a list was given.
    """
    for cell in (run.cell, *reversed(run.earlier)):
        for top in statements(cell):
            for function in pieces_of(top):
                if is_function(function):
                    made = {
                        target.id
                        for item in pieces_of(function)
                        if is_assignment(item) and is_list(item.value)
                        for target in item.targets
                        if is_name(target)
                    }
                    for node in pieces_of(function):
                        value = node.value if is_yield(node) else None
                        for part in value.elts if is_tuple(value) else ():
                            if is_list(part) or (is_name(part) and part.id in made):
                                yield cell, function.name, part
