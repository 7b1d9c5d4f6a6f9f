"""The syntax tree of a function that exists."""

import ast
import linecache
from functools import lru_cache
from types import CodeType

from nbdiag.syntax.text.parsing import UnreadableError, parse_module

Tree = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def tree_of(code: CodeType) -> Tree | None:
    """Find the definition that a code object was compiled from.

    Parameters
    ----------
    code
        Of a function or a lambda. Its text is read as tracebacks read it: from the file, or from
        what IPython keeps of a cell.

    Returns
    -------
    Function, lambda or None
        None where the text is gone or is another one by now.
    """
    text = "".join(linecache.getlines(code.co_filename))
    if not text:
        return None
    found = [node for node in _definitions(text) if _first_line(node) == code.co_firstlineno]
    fitting = [node for node in found if _fits(node, code)]
    # Of lambdas one in another, both are as long as they are written: the inner one fits alone.
    return min(fitting, key=_length, default=None)


@lru_cache(maxsize=8)
def _definitions(text: str) -> tuple[Tree, ...]:
    try:
        tree = parse_module(text)
    except UnreadableError:
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, Tree))


def _first_line(node: Tree) -> int:
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return min([node.lineno, *(item.lineno for item in decorators)])


def _fits(node: Tree, code: CodeType) -> bool:
    """Whether a definition can be that of a code object: its name, parameters, place and names."""
    given = node.args
    parameters = [
        *given.posonlyargs,
        *given.args,
        *given.kwonlyargs,
        *(item for item in (given.vararg, given.kwarg) if item is not None),
    ]
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    written = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    written |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    imported = [part for part in ast.walk(node) if isinstance(part, ast.alias)]
    written |= {piece for part in imported for piece in (part.name, *part.name.split("."))}
    imports = [part for part in ast.walk(node) if isinstance(part, ast.ImportFrom)]
    written |= {part.module for part in imports if part.module}
    return (
        name == code.co_name
        and tuple(item.arg for item in parameters) == code.co_varnames[: len(parameters)]
        and _holds(node, code)
        # A class's private names are compiled with its own name before them.
        and all(name in written or name[:1] in ("_", "") for name in code.co_names)
    )


def _holds(node: Tree, code: CodeType) -> bool:
    """Whether the instructions of a code object lie within a definition."""
    first, last = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    return all(
        first <= (line, start) and (end_line, end) <= last
        for line, end_line, start, end in code.co_positions()
        if None not in (line, end_line, start, end) and (end_line, end) > (line, start)
        if (line, start) != (code.co_firstlineno, 0)
    )


def _length(node: Tree) -> tuple[int, int]:
    lines = (node.end_lineno or node.lineno) - node.lineno
    return lines, (node.end_col_offset or 0) - node.col_offset
