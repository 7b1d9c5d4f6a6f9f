"""Migration of ``keras.backend``: its functions live in ``keras.ops``."""

import ast

from nbdiag.edits.migration.context import MigrationContext
from nbdiag.edits.text.statements import remove_statement
from nbdiag.keras_api.renamed.arguments import ORDERINGS
from nbdiag.keras_api.renamed.functions import GONE_OF_BACKEND, OPS_DEFAULTS
from nbdiag.syntax.text.scopes import binds

_SIMPLE = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
_SHAPES = ("int_shape", "flatten", "batch_flatten")
_PAIR = 2


def migrate_backend_call(bench: MigrationContext, call: ast.Call, name: str) -> None:
    """Write a call whose arguments change; names alone are written elsewhere."""
    found = bench.place(call.func)
    if name.endswith("image_dim_ordering"):
        _ordering(bench, call, name)
        return
    if found is None or found[0] != "keras":
        return
    page = bench.page
    if name in OPS_DEFAULTS:
        place, text = OPS_DEFAULTS[name]
        given = {keyword.arg for keyword in call.keywords}
        if len(call.args) <= place and "axis" not in given:
            bench.add(call, text)
    elif name in GONE_OF_BACKEND:
        parent = page.parents[call]
        if isinstance(parent, ast.Expr | ast.Assign) and not _is_read(bench, parent):
            bench.done.update(ast.walk(parent))
            remove_statement(page, parent, bench.edits)
    elif name in _SHAPES and len(call.args) == 1:
        _shape(bench, call, name)
    elif name == "variable" or (name == "function" and _is_plain_function(bench, call)):
        # What a function of tensors computed, a model made from the same tensors does as well.
        today = "Variable" if name == "variable" else "Model"
        bench.done.add(call.func)
        bench.put(call.func, bench.imported("keras", today, call.func))
    elif name == "set_value" and len(call.args) == _PAIR:
        target, value = call.args
        bench.done.add(call.func)
        bench.edits.remove(page.span(call)[0], page.outer_span(target)[0])
        bench.edits.replace(page.outer_span(target)[1], page.outer_span(value)[0], ".assign(")


def _is_plain_function(bench: MigrationContext, call: ast.Call) -> bool:
    """Whether a function of the backend has inputs and outputs, and nothing else."""
    text = bench.page.text(call)
    return len(call.args) == _PAIR and not call.keywords and "learning_phase" not in text


def _is_read(bench: MigrationContext, statement: ast.Expr | ast.Assign) -> bool:
    """Whether a name that a statement binds is used further down."""
    bound = binds(statement)
    return any(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in bound
        for node in ast.walk(bench.page.tree)
    )


def _shape(bench: MigrationContext, call: ast.Call, name: str) -> None:
    """Write what gives or changes a shape."""
    if name == "int_shape":
        _around(bench, call, "", ".shape")
    elif name == "flatten":
        _around(bench, call, f"{_ops(bench, call)}.reshape(", ", (-1,))")
    else:
        # A reshape with -1 would forget how many features there are.
        _around(bench, call, f"{bench.imported('keras', 'layers.Flatten', call.func)}()(", ")")


def _ops(bench: MigrationContext, call: ast.Call) -> str:
    return bench.imported("keras", "ops.reshape", call.func).partition(".")[0]


def _around(bench: MigrationContext, call: ast.Call, before: str, after: str) -> None:
    """Keep a call's argument and write another call around it."""
    page, inner = bench.page, call.args[0]
    bench.done.add(call.func)
    low = not isinstance(inner, _SIMPLE) and not before
    (start, end), (first, last) = page.span(call), page.outer_span(inner)
    bench.edits.replace(start, first, before + ("(" if low else ""))
    bench.edits.replace(last, end, (")" if low else "") + after)


def _ordering(bench: MigrationContext, call: ast.Call, name: str) -> None:
    """Write ``image_dim_ordering`` and the words that it is compared with."""
    page = bench.page
    end = page.span(call.func)[1]
    bench.done.add(call.func)
    bench.edits.replace(end - len(name), end, name.replace("dim_ordering", "data_format"))
    parent = page.parents[call]
    words: list[ast.AST] = list(call.args)
    if isinstance(parent, ast.Compare):
        words += [parent.left, *parent.comparators]
    for node in words:
        if isinstance(node, ast.Constant) and node.value in ORDERINGS:
            bench.string(node, ORDERINGS[str(node.value)])
