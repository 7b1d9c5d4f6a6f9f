"""Terms of a custom loss that are added although one is a sum and the other one a mean."""

import ast
from dataclasses import dataclass

from nbdiag.keras_api.losses import LOSSES, full_name
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import last_name
from nbdiag.syntax.definitions import definitions
from nbdiag.syntax.queries.objective import Body, body_of, minimised_in
from nbdiag.syntax.queries.own_step import method_of
from nbdiag.syntax.text.nodes import is_call, is_class, is_constant, is_function, is_name

_SUMS = {"reduce_sum", "sum"}
_MEANS = {"reduce_mean", "mean"}
_TWO = 2
_PLAIN = (0.1, 2.0)  # factors that leave a term's size alone, as the half of a divergence


@dataclass(frozen=True)
class Terms:
    """Two terms of one sum.

    Attributes
    ----------
    summed, averaged
        How the text calls them.
    mean
        The expression of the averaged one.
    divergence
        Whether the summed one has an exponential in it, as the divergence of a code has.
    """

    cell: Cell
    summed: str
    averaged: str
    mean: ast.expr
    divergence: bool


def terms_of_unlike_size(run: TrainingRun, class_name: str) -> Terms | None:
    """Find a sum and a mean that a custom ``train_step`` adds up without a weight."""
    found = method_of(run, class_name, "train_step")
    node = None if found is None else minimised_in(found[1])
    if found is None or node is None:
        return None
    body = body_of(found[1])
    terms = _added(node, body)
    kinds = [_kind(term, body) for term in terms]
    if len(terms) != _TWO or sorted(kinds) != ["mean", "sum"]:
        return None
    summed, averaged = terms[kinds.index("sum")], terms[kinds.index("mean")]
    exponential = any(
        is_call(piece) and last_name(piece) == "exp" for piece in body.pieces(body.of(summed))
    )
    return Terms(found[0], _called(summed), _called(averaged), body.of(averaged), exponential)


def summed_penalty(run: TrainingRun) -> tuple[Cell, ast.expr] | None:
    """Find a sum that a class of the cells gives ``add_loss`` without a weight.

    None where there are several calls of ``add_loss``.
    """
    found = [
        (cell, method, node.args[0])
        for cell, top in definitions(run)
        if is_class(top)
        for method in top.body
        if is_function(method)
        for node in ast.walk(method)
        if is_call(node) and last_name(node) == "add_loss" and node.args
    ]
    if len(found) != 1:
        return None
    cell, method, given = found[0]
    body = body_of(method)
    return (cell, given) if _kind(given, body) == "sum" else None


def _called(node: ast.expr) -> str:
    return node.id if is_name(node) else ast.unparse(node)


def _added(node: ast.expr, body: Body) -> list[ast.expr]:
    made = body.of(node)
    if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Add):
        return [*_added(made.left, body), *_added(made.right, body)]
    return [node]


def _kind(node: ast.expr, body: Body) -> str:
    """Return how a term comes by its size: "sum", "mean", or "" where a factor sets it."""
    made = body.of(node)
    if isinstance(made, ast.UnaryOp):
        return _kind(made.operand, body)
    if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Mult):
        sides = [made.left, made.right]
        factors = [side for side in sides if _is_plain(side)]
        others = [side for side in sides if not _is_plain(side)]
        return _kind(others[0], body) if len(factors) == 1 and others else ""
    if not is_call(made):
        return ""
    name = last_name(made)
    if name not in _MEANS | _SUMS and full_name(name) not in LOSSES:
        return ""
    sums = any(is_call(item) and last_name(item) in _SUMS for item in body.pieces(made))
    return "sum" if sums else "mean"


def _is_plain(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_plain(node.operand)
    value = node.value if is_constant(node) else None
    return isinstance(value, int | float) and _PLAIN[0] <= abs(value) <= _PLAIN[1]
