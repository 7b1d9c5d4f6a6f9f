"""Where the cells write an attribute or an argument of a name."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import text_of
from nbdiag.syntax.calls import last_name, statements


@dataclass(frozen=True)
class Written:
    """A piece of text that holds a name.

    Attributes
    ----------
    before, after
        What is written in the piece around the name.
    """

    node: ast.AST
    before: str
    after: str


def attributes_written(run: TrainingRun, name: str) -> Iterator[tuple[Cell, Written]]:
    """Find ``x.name`` in the watched cell and in functions of earlier ones."""
    for cell, node in _nodes(run):
        if isinstance(node, ast.Attribute) and node.attr == name:
            yield cell, Written(node, text_of(cell, node).removesuffix(name), "")


def imports_written(run: TrainingRun, name: str) -> Iterator[tuple[Cell, Written]]:
    """Find ``from x import name`` in the watched cell, and where the name is used there."""
    for cell, node in _nodes(run):
        if isinstance(node, ast.alias) and node.name == name:
            yield cell, Written(node, "", text_of(cell, node).removeprefix(name))
        elif isinstance(node, ast.Name) and node.id == name:
            yield cell, Written(node, "", "")


def arguments_written(run: TrainingRun, name: str) -> Iterator[tuple[Cell, Written]]:
    """Find ``f(name=…)`` there, and the keys of dictionaries, which may be spread into a call."""
    named: list[tuple[Cell, Written]] = []
    spread: list[tuple[Cell, Written]] = []
    for cell, node in _nodes(run):
        if isinstance(node, ast.keyword) and node.arg == name:
            text = text_of(cell, node)
            named.append((cell, Written(node, "", text.removeprefix(name))))
        elif isinstance(node, ast.Dict):
            for key in node.keys:
                if isinstance(key, ast.Constant) and key.value == name:
                    mark = text_of(cell, key)[:1]
                    spread.append((cell, Written(key, mark, mark)))
    yield from named or (spread if len(spread) == 1 else ())


def _nodes(run: TrainingRun) -> Iterator[tuple[Cell, ast.AST]]:
    called = {last_name(node) for top in statements(run.cell) for node in ast.walk(top)}
    for cell in (run.cell, *run.earlier):
        for top in statements(cell):
            defined = isinstance(top, ast.FunctionDef | ast.ClassDef) and top.name in called
            for node in ast.walk(top) if cell is run.cell or defined else ():
                yield cell, node
