"""What can be asked of a piece of the user's code.

Facts and rules are handed pieces of a parsed cell. What kind of piece one is they ask here, so that
the classes of Python's trees are named in this package and where text is edited, nowhere else.
"""

import ast
from collections.abc import Iterator
from typing import Generic, TypeGuard, TypeVar

N = TypeVar("N", bound=ast.AST)

Node = ast.AST
Expression = ast.expr
Statement = ast.stmt
Name = ast.Name
CallNode = ast.Call
Assignment = ast.Assign
Constant = ast.Constant
DictDisplay = ast.Dict
ForLoop = ast.For
Function = ast.FunctionDef
Class = ast.ClassDef
Definition = ast.FunctionDef | ast.ClassDef


class Kind(Generic[N]):
    """Asks whether a piece is of a kind: ``is_name(node)``."""

    def __init__(self, *classes: type[N]) -> None:
        self._classes = classes

    def __call__(self, node: object) -> TypeGuard[N]:
        """Whether a piece is of this kind."""
        return isinstance(node, self._classes)


is_name = Kind(ast.Name)
"""Whether a piece is a plain name."""
is_call = Kind(ast.Call)
"""Whether a piece is a call."""
is_attribute = Kind(ast.Attribute)
"""Whether a piece is an attribute, ``x.shape``."""
is_item = Kind(ast.Subscript)
"""Whether a piece is an item or a slice of something, ``x[0]``."""
is_constant = Kind(ast.Constant)
"""Whether a piece is a number, a text, True, False or None, written out."""
is_list = Kind(ast.List)
"""Whether a piece is a list, written out."""
is_tuple = Kind(ast.Tuple)
"""Whether a piece is a tuple, written out."""
is_sequence = Kind[ast.List | ast.Tuple](ast.List, ast.Tuple)
"""Whether a piece is a list or a tuple, written out."""
is_dict = Kind(ast.Dict)
"""Whether a piece is a dictionary, written out."""
is_starred = Kind(ast.Starred)
"""Whether a piece is spread into a call or a list, ``*x``."""
is_format = Kind(ast.JoinedStr)
"""Whether a piece is an f-string."""
is_assignment = Kind(ast.Assign)
"""Whether a piece is a plain assignment, ``x = y``."""
is_bare = Kind(ast.Expr)
"""Whether a piece is an expression that is a statement by itself."""
is_return = Kind(ast.Return)
"""Whether a piece is a return statement."""
is_raise = Kind(ast.Raise)
"""Whether a piece is a raise statement."""
is_yield = Kind[ast.Yield | ast.YieldFrom](ast.Yield, ast.YieldFrom)
"""Whether a piece makes a function a generator."""
is_for = Kind(ast.For)
"""Whether a piece is a for loop."""
is_loop = Kind[ast.For | ast.While](ast.For, ast.While)
"""Whether a piece is a loop."""
is_import = Kind[ast.Import | ast.ImportFrom](ast.Import, ast.ImportFrom)
"""Whether a piece is an import of either form."""
is_import_from = Kind(ast.ImportFrom)
"""Whether a piece is ``from … import …``."""
is_function = Kind(ast.FunctionDef)
"""Whether a piece is the definition of a function."""
is_class = Kind(ast.ClassDef)
"""Whether a piece is the definition of a class."""
is_definition = Kind[ast.FunctionDef | ast.ClassDef](ast.FunctionDef, ast.ClassDef)
"""Whether a piece is the definition of a function or a class."""


def is_division(node: object) -> TypeGuard[ast.BinOp]:
    """Whether a piece is a division, ``x / 2``."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def is_floor_division(node: object) -> TypeGuard[ast.BinOp]:
    """Whether a piece is a division without a remainder, ``x // 2``."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv)


def sides_of(node: object) -> tuple[ast.expr, ast.expr] | None:
    """Return both sides of a product, a sum or the like, None for other pieces."""
    return (node.left, node.right) if isinstance(node, ast.BinOp) else None


def is_bound(node: object) -> TypeGuard[ast.Name]:
    """Whether a piece is a name that is given a value."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def pieces_of(node: ast.AST) -> Iterator[ast.AST]:
    """Go through a piece and all that is in it, what is outside first."""
    return ast.walk(node)


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """Go through what a piece is directly made of."""
    return ast.iter_child_nodes(node)


def lines_of(node: ast.AST) -> tuple[int, int]:
    """Return the first and the last line of a piece, 0 for one that is at no place."""
    return getattr(node, "lineno", 0), getattr(node, "end_lineno", None) or 0


def docstring_of(node: ast.FunctionDef | ast.ClassDef) -> str | None:
    """Return the docstring of a definition, None without one."""
    return ast.get_docstring(node)


def code_of(node: ast.AST) -> str:
    """Return a piece as Python would lay it out."""
    return ast.unparse(node)
