"""The expression that a custom ``train_step`` minimises, and the values of its names."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.syntax.calls import last_name
from nbdiag.syntax.text.nodes import is_call, is_name

_DEEPEST = 12


@dataclass(frozen=True)
class Body:
    """A function by its names.

    Attributes
    ----------
    values
        The values of the names that are given a single one.
    """

    values: dict[str, ast.expr]

    def of(self, node: ast.expr) -> ast.expr:
        """Follow a name to the expression that it was given."""
        for _ in range(_DEEPEST):
            if not is_name(node) or node.id not in self.values:
                break
            node = self.values[node.id]
        return node

    def pieces(self, node: ast.expr, depth: int = 0) -> Iterator[ast.AST]:
        """Go through an expression and the values of the names in it."""
        for piece in ast.walk(node):
            yield piece
            if is_name(piece) and piece.id in self.values and depth < _DEEPEST:
                yield from self.pieces(self.values[piece.id], depth + 1)


def body_of(function: ast.FunctionDef) -> Body:
    """Read which names of a function have a single value, and which."""
    stored: dict[str, int] = {}
    values: dict[str, ast.expr] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored[node.id] = stored.get(node.id, 0) + 1
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and is_name(node.targets[0]):
            values[node.targets[0].id] = node.value
    return Body({name: value for name, value in values.items() if stored[name] == 1})


def minimised_in(step: ast.FunctionDef) -> ast.expr | None:
    """Find what a step takes the gradient of, where it is applied as it is.

    None for a step with several gradients, or with one that is changed in sign.
    """
    taken = [
        node
        for node in ast.walk(step)
        if is_call(node) and last_name(node) == "gradient" and isinstance(node.func, ast.Attribute)
    ]
    turned = any(
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and is_name(node.operand)
        for loop in ast.walk(step)
        if isinstance(loop, ast.ListComp | ast.GeneratorExp)
        for node in ast.walk(loop)
    )
    return taken[0].args[0] if len(taken) == 1 and taken[0].args and not turned else None
