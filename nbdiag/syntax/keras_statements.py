"""Which statements of a notebook make Keras objects, as against reading data or training."""

import ast

from nbdiag.syntax.imports import Names
from nbdiag.syntax.text.scopes import binds, changes, inside, plain, reads, root

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

_TRAINING = {
    "fit",
    "fit_generator",
    "train_on_batch",
    "evaluate",
    "predict",
    "summary",
    "save",
    "save_weights",
}
_DATA = ("datasets.", "preprocessing.", "utils.", "ops.", "backend.")


def settles(statement: ast.stmt) -> bool:
    """Whether what a statement binds no longer depends on what was bound before."""
    return isinstance(
        statement, (*DEFINITIONS, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
    )


def is_cheap(statement: ast.stmt) -> bool:
    """Whether a statement is an import or a plain constant."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    return plain(statement.value) and not binds(statement) & reads(statement)


class KerasStatements:
    """Follows a program forward and remembers what holds Keras objects."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._objects: set[str] = set()
        self._builders: set[str] = set()
        self._found: set[ast.stmt] = set()

    def learn(self, statement: ast.stmt) -> None:
        """Follow the next statement of the program."""
        bound = binds(statement)
        found = self._judge(statement)
        if settles(statement) or found:
            self._objects -= bound
            self._builders -= bound
        if not found:
            return
        self._found.add(statement)
        if isinstance(statement, DEFINITIONS):
            self._builders |= bound
        else:
            self._objects |= bound

    def makes(self, statement: ast.stmt) -> bool:
        """Whether a statement, learnt before, makes or changes Keras objects."""
        return statement in self._found

    def _judge(self, statement: ast.stmt) -> bool:
        if isinstance(statement, DEFINITIONS):
            nodes = list(ast.walk(statement))
            bases = statement.bases if isinstance(statement, ast.ClassDef) else []
            return any(self._is_keras(base) for base in bases) or any(
                self._builds(node) or _method(node) in ("compile", "fit") for node in nodes
            )
        parts = list(inside(statement))
        if any(_method(part) in _TRAINING for part in parts):
            return False
        if changes(statement) & self._objects:
            return True
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            return statement.value is not None and self._value(statement.value)
        compound = isinstance(statement, ast.For | ast.While | ast.If | ast.With | ast.Try)
        return compound and any(self._builds(part) for part in parts)

    def _value(self, value: ast.expr) -> bool:
        if any(self._builds(part) for part in inside(value)):
            return True
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            return False
        known = bool(reads(value) & self._objects)
        return known and (plain(value) or root(value) in self._objects)

    def _builds(self, node: ast.AST) -> bool:
        """Whether a node is a call that makes a Keras object or a symbolic tensor."""
        if not isinstance(node, ast.Call):
            return False
        if self._is_keras(node.func):
            return True
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name in self._builders:
            return True
        return name in self._objects and bool(
            {item for argument in node.args for item in reads(argument)} & self._objects
        )

    def _is_keras(self, name: ast.expr) -> bool:
        path = self._names.resolve(name)
        return bool(path) and not f"{path}.".startswith(_DATA)


def _method(node: ast.AST) -> str | None:
    call = node.func if isinstance(node, ast.Call) else None
    return call.attr if isinstance(call, ast.Attribute) else None
