"""What can be asked of a piece of the user's code.

Facts and rules are handed pieces of a parsed cell. What kind of piece one is they ask here, so that
the classes of Python's trees are named in this package and where text is edited, nowhere else.
"""

import ast
from collections.abc import Iterator
from typing import TypeGuard

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


def is_name(node: object) -> TypeGuard[ast.Name]:
    """Whether a piece is a plain name."""
    return isinstance(node, ast.Name)


def is_call(node: object) -> TypeGuard[ast.Call]:
    """Whether a piece is a call."""
    return isinstance(node, ast.Call)


def is_attribute(node: object) -> TypeGuard[ast.Attribute]:
    """Whether a piece is an attribute, ``x.shape``."""
    return isinstance(node, ast.Attribute)


def is_item(node: object) -> TypeGuard[ast.Subscript]:
    """Whether a piece is an item or a slice of something, ``x[0]``."""
    return isinstance(node, ast.Subscript)


def is_constant(node: object) -> TypeGuard[ast.Constant]:
    """Whether a piece is a number, a text, True, False or None, written out."""
    return isinstance(node, ast.Constant)


def is_list(node: object) -> TypeGuard[ast.List]:
    """Whether a piece is a list, written out."""
    return isinstance(node, ast.List)


def is_tuple(node: object) -> TypeGuard[ast.Tuple]:
    """Whether a piece is a tuple, written out."""
    return isinstance(node, ast.Tuple)


def is_sequence(node: object) -> TypeGuard[ast.List | ast.Tuple]:
    """Whether a piece is a list or a tuple, written out."""
    return isinstance(node, ast.List | ast.Tuple)


def is_dict(node: object) -> TypeGuard[ast.Dict]:
    """Whether a piece is a dictionary, written out."""
    return isinstance(node, ast.Dict)


def is_starred(node: object) -> TypeGuard[ast.Starred]:
    """Whether a piece is spread into a call or a list, ``*x``."""
    return isinstance(node, ast.Starred)


def is_format(node: object) -> TypeGuard[ast.JoinedStr]:
    """Whether a piece is an f-string."""
    return isinstance(node, ast.JoinedStr)


def is_division(node: object) -> TypeGuard[ast.BinOp]:
    """Whether a piece is a division, ``x / 2``."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def is_floor_division(node: object) -> TypeGuard[ast.BinOp]:
    """Whether a piece is a division without a remainder, ``x // 2``."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv)


def is_assignment(node: object) -> TypeGuard[ast.Assign]:
    """Whether a piece is a plain assignment, ``x = y``."""
    return isinstance(node, ast.Assign)


def is_bound(node: object) -> TypeGuard[ast.Name]:
    """Whether a piece is a name that is given a value."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def is_bare(node: object) -> TypeGuard[ast.Expr]:
    """Whether a piece is an expression that is a statement by itself."""
    return isinstance(node, ast.Expr)


def is_return(node: object) -> TypeGuard[ast.Return]:
    """Whether a piece is a return statement."""
    return isinstance(node, ast.Return)


def is_raise(node: object) -> TypeGuard[ast.Raise]:
    """Whether a piece is a raise statement."""
    return isinstance(node, ast.Raise)


def is_yield(node: object) -> TypeGuard[ast.Yield | ast.YieldFrom]:
    """Whether a piece makes a function a generator."""
    return isinstance(node, ast.Yield | ast.YieldFrom)


def is_for(node: object) -> TypeGuard[ast.For]:
    """Whether a piece is a for loop."""
    return isinstance(node, ast.For)


def is_loop(node: object) -> TypeGuard[ast.For | ast.While]:
    """Whether a piece is a loop."""
    return isinstance(node, ast.For | ast.While)


def is_import(node: object) -> TypeGuard[ast.Import | ast.ImportFrom]:
    """Whether a piece is an import of either form."""
    return isinstance(node, ast.Import | ast.ImportFrom)


def is_import_from(node: object) -> TypeGuard[ast.ImportFrom]:
    """Whether a piece is ``from … import …``."""
    return isinstance(node, ast.ImportFrom)


def is_function(node: object) -> TypeGuard[ast.FunctionDef]:
    """Whether a piece is the definition of a function."""
    return isinstance(node, ast.FunctionDef)


def is_class(node: object) -> TypeGuard[ast.ClassDef]:
    """Whether a piece is the definition of a class."""
    return isinstance(node, ast.ClassDef)


def is_definition(node: object) -> TypeGuard[ast.FunctionDef | ast.ClassDef]:
    """Whether a piece is the definition of a function or a class."""
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def pieces_of(node: ast.AST) -> Iterator[ast.AST]:
    """Go through a piece and all that is in it, what is outside first."""
    return ast.walk(node)


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """Go through what a piece is directly made of."""
    return ast.iter_child_nodes(node)


def docstring_of(node: ast.FunctionDef | ast.ClassDef) -> str | None:
    """Return the docstring of a definition, None without one."""
    return ast.get_docstring(node)


def code_of(node: ast.AST) -> str:
    """Return a piece as Python would lay it out."""
    return ast.unparse(node)
