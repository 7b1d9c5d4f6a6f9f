"""Which names a piece of code binds, reads and changes."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """Go through a node without entering functions, classes and lambdas below it."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if part is node or not isinstance(part, _SCOPES):
            waiting += reversed(list(ast.iter_child_nodes(part)))


def binds(node: ast.AST) -> set[str]:
    """Names that running a statement binds in its own scope."""
    return set(_binds(node))


# Nothing changes a tree, and each statement is asked about many times while one cell is written.
@lru_cache(maxsize=4096)
def _binds(node: ast.AST) -> frozenset[str]:
    names: set[str] = set()
    for part in inside(node):
        if isinstance(part, ast.Name):
            if isinstance(part.ctx, ast.Store):
                names.add(part.id)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(part.name)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.split(".")[0] for alias in part.names}
        elif isinstance(part, ast.ExceptHandler) and part.name:
            names.add(part.name)
    return frozenset(name for name in names if not name or name.strip("_"))


def stored(node: ast.AST) -> set[str]:
    """Names that are bound anywhere in a node, functions included."""
    return {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    } | binds(node)


def reads(node: ast.AST) -> set[str]:
    """Names that running a statement, or what it defines, takes from outside itself."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return _function_reads(node)
    names: set[str] = set()
    local: set[str] = set()
    if isinstance(node, _COMPREHENSIONS):
        for generator in node.generators:
            local |= binds(generator.target)
    for child in ast.iter_child_nodes(node):
        names |= reads(child)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        names.add(node.id)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        names.add(node.target.id)
    return names - local


def needs(node: ast.stmt) -> set[str]:
    """Names that a statement takes from the statements before it, in the order of running."""
    if isinstance(node, ast.For | ast.AsyncFor):
        return reads(node.iter) | (_needs_all([*node.body, *node.orelse]) - binds(node.target))
    if isinstance(node, ast.With | ast.AsyncWith):
        outside = {name for item in node.items for name in reads(item.context_expr)}
        bound = {name for item in node.items for name in binds(item)}
        return outside | (_needs_all(node.body) - bound)
    if isinstance(node, ast.If | ast.While):
        return reads(node.test) | _needs_all(node.body) | _needs_all(node.orelse)
    if isinstance(node, ast.Try):
        handled = [part for handler in node.handlers for part in handler.body]
        return _needs_all([*node.body, *handled, *node.orelse, *node.finalbody])
    return reads(node)


def _needs_all(statements: Iterable[ast.stmt]) -> set[str]:
    needed: set[str] = set()
    bound: set[str] = set()
    for statement in statements:
        needed |= needs(statement) - bound
        bound |= binds(statement)
    return needed


def _function_reads(node: Function | ast.Lambda) -> set[str]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [item for item in (arguments.vararg, arguments.kwarg) if item]
    local = {item.arg for item in every}
    outside: set[str] = set()
    for default in [*arguments.defaults, *(item for item in arguments.kw_defaults if item)]:
        outside |= reads(default)
    body = node.body if isinstance(node.body, list) else [node.body]
    inner: set[str] = set()
    for statement in body:
        inner |= reads(statement)
        local |= binds(statement)
    for decorator in getattr(node, "decorator_list", ()):
        outside |= reads(decorator)
    return outside | (inner - local)


def root(node: ast.AST) -> str | None:
    """Return the name at the bottom of ``a.b[c].d(…).e``, None when there is no name."""
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return node.id if isinstance(node, ast.Name) else None


def dotted(node: ast.AST) -> str | None:
    """Return ``a.b.c`` as text, None for anything but names and attributes."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def changes(node: ast.stmt) -> set[str]:
    """Names whose objects a statement changes (``model.add(…)``, ``base.trainable = False``)."""
    names: set[str] = set()
    for part in inside(node):
        if isinstance(part, ast.Expr):
            call = part.value.value if isinstance(part.value, ast.Await) else part.value
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                names |= {root(call.func)} - {None}  # type: ignore[arg-type]
        elif isinstance(part, ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Store):
            names |= {root(part)} - {None}  # type: ignore[arg-type]
        elif isinstance(part, ast.For):
            source = root(part.iter)
            loop = binds(part.target)
            if source and any(loop & changes(inner) for inner in part.body):
                names.add(source)
    return names


def plain(node: ast.expr) -> bool:
    """Whether an expression only puts numbers, texts, names and shapes together."""
    if isinstance(node, ast.Constant | ast.Name):
        return True
    if isinstance(node, ast.Attribute):
        return node.attr in ("shape", "ndim", "size") and plain(node.value)
    if isinstance(node, ast.Subscript):
        shape = isinstance(node.value, ast.Attribute) and plain(node.value)
        return shape and all(plain(part) for part in _children(node.slice))
    if isinstance(node, ast.Call):
        known = isinstance(node.func, ast.Name) and node.func.id in _PLAIN_CALLS
        return known and all(
            plain(part) for part in [*node.args, *(k.value for k in node.keywords)]
        )
    if isinstance(node, _PLAIN_NODES):
        return all(plain(part) for part in _children(node))
    return False


_PLAIN_CALLS = {"len", "int", "float", "tuple", "list", "range", "min", "max", "dict", "round"}
_PLAIN_NODES = (
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.UnaryOp,
    ast.BinOp,
    ast.Compare,
    ast.IfExp,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.Slice,
)


def _children(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.expr) and not isinstance(node, _PLAIN_NODES):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
