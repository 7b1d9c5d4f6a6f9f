"""Log-probabilities of what was rewarded, with the sign that they have in a custom loss."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.keras_api.losses import full_name, of_family
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import last_name
from nbdiag.syntax.queries.custom_functions import function_of, given_functions
from nbdiag.syntax.queries.objective import Body, body_of, minimised_in
from nbdiag.syntax.queries.own_step import method_of
from nbdiag.syntax.text.nodes import is_attribute, is_call, is_constant, is_name, is_return

_LOGS = {"log", "log_prob", "log_softmax", "logp"}
_CROSS = of_family("categorical") | of_family("sparse") | of_family("binary")
# What hands a number on with its sign.
_SAME = {
    "mean", "reduce_mean", "sum", "reduce_sum", "cast", "squeeze", "maximum", "minimum", "clip",
    "clip_by_value", "gather", "take_along_axis", "stop_gradient", "convert_to_tensor", "reshape",
}  # fmt: skip
_TURNED = {"negative", "neg"}
_PRODUCTS = {"multiply"}
_REWARDS = {
    "adv", "advantage", "advantages", "reward", "rewards", "return", "returns", "gain", "gains",
    "payoff", "payoffs", "profit", "profits", "utility",
}  # fmt: skip
_COSTS = {"cost", "costs", "loss", "losses", "penalty", "regret", "error", "errors", "delay"}
_DEEPEST = 20


@dataclass(frozen=True)
class Term:
    """A product of a log-probability and of what was gained.

    Attributes
    ----------
    node
        What is added to the loss because of it.
    gain
        The name of what was gained.
    """

    cell: Cell
    node: ast.expr
    gain: str


def rewarded_term(run: TrainingRun, class_name: str) -> Term | None:
    """Find a loss that grows with the log-probability of what was rewarded.

    Read are the functions that compile is given as losses, and a custom ``train_step``.
    """
    for cell, function, value in _losses(run, class_name):
        body = body_of(function)
        for addend, gain in _positive(value, body, body.of(value), positive=True):
            return Term(cell, addend, gain)
    return None


def _losses(run: TrainingRun, class_name: str) -> Iterator[tuple[Cell, ast.FunctionDef, ast.expr]]:
    for item in given_functions(run):
        own = function_of(run, item) if item.part == "loss" else None
        returns = [node for node in ast.walk(own[1]) if is_return(node)] if own else []
        if own and len(returns) == 1 and returns[0].value is not None:
            yield own[0], own[1], returns[0].value
    step = method_of(run, class_name, "train_step")
    value = None if step is None else minimised_in(step[1])
    if step is not None and value is not None:
        yield step[0], step[1], value


def _positive(
    node: ast.expr, body: Body, addend: ast.expr, *, positive: bool, depth: int = 0
) -> Iterator[tuple[ast.expr, str]]:
    """Go through the gains whose log-probability has a plus sign, each with its addend."""
    made = body.of(node)
    if depth > _DEEPEST:
        return
    if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Add | ast.Sub):
        for side in (made.left, made.right):
            same = side is made.left or isinstance(made.op, ast.Add)
            part = body.of(side)
            yield from _positive(side, body, part, positive=positive is same, depth=depth + 1)
    elif sides := _factors(made):
        sign = _sign(made, body, 0)
        gains = [name for side in sides if (name := _gain(side, body))]
        if sign is not None and len(gains) == 1 and (sign > 0) is positive:
            yield addend, gains[0]
    elif inner := _inside(made):
        same = positive is inner[1]
        yield from _positive(inner[0], body, addend, positive=same, depth=depth + 1)


def _inside(node: ast.expr) -> tuple[ast.expr, bool] | None:
    """Return what an expression hands on, and whether with its sign."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand, False
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        left, right = _constant(node.left), _constant(node.right)
        if left is not None and isinstance(node.op, ast.Mult):
            return node.right, left >= 0
        return node.left, right is None or right >= 0
    if is_call(node) and node.args and last_name(node) in _SAME | _TURNED:
        return node.args[0], last_name(node) in _SAME
    return None


def _factors(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return the two sides of a product of which neither is a number."""
    sides: tuple[ast.expr, ast.expr] | None = None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        sides = (node.left, node.right)
    elif is_call(node) and last_name(node) in _PRODUCTS and len(node.args) > 1:
        sides = (node.args[0], node.args[1])
    return None if sides is None or any(_constant(item) is not None for item in sides) else sides


def _sign(node: ast.expr, body: Body, depth: int) -> int | None:
    """Return the sign of the log-probability in a product; None where there is not one."""
    made = body.of(node)
    if depth > _DEEPEST:
        return None
    if isinstance(made, ast.UnaryOp) and isinstance(made.op, ast.USub):
        sign = _sign(made.operand, body, depth + 1)
        return None if sign is None else -sign
    if sides := _factors(made):
        signs = [_sign(side, body, depth + 1) for side in sides]
        logs = [sign for sign in signs if sign is not None]
        if len(logs) != 1:
            return None
        other = sides[0] if signs[0] is None else sides[1]
        return -logs[0] if _is_turned(other, body) else logs[0]
    if is_call(made):
        name = last_name(made)
        if name in _LOGS:
            return None if any(map(_is_rest, body.pieces(made))) else 1
        if full_name(name) in _CROSS:
            return -1
        if name in _SAME | _TURNED and made.args:
            sign = _sign(made.args[0], body, depth + 1)
            return None if sign is None else sign * (1 if name in _SAME else -1)
    return None


def _is_rest(node: ast.AST) -> bool:
    """Whether a piece is what is left of 1, as the probability of everything else is."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and _constant(node.left) is not None
    )


def _is_turned(node: ast.expr, body: Body) -> bool:
    """Whether a factor is made with a minus in front."""
    made = body.of(node)
    for _ in range(_DEEPEST):
        if not is_call(made) or last_name(made) not in _SAME or not made.args:
            break
        made = body.of(made.args[0])
    if isinstance(made, ast.UnaryOp) and isinstance(made.op, ast.USub):
        return True
    constant = _constant(made.left) if isinstance(made, ast.BinOp) else None
    return constant is not None and constant < 0


def _gain(node: ast.expr, body: Body) -> str | None:
    """Name what was gained, None for a factor that is not called so or is a cost as well."""
    if _sign(node, body, 0) is not None:
        return None
    names = [node]
    for _ in range(_DEEPEST):
        made = names[-1]
        if is_call(made) and last_name(made) in _SAME and made.args:
            names.append(made.args[0])
        elif is_name(made) and made.id in body.values:
            names.append(body.values[made.id])
        elif isinstance(made, ast.UnaryOp):
            names.append(made.operand)
        elif isinstance(made, ast.BinOp) and isinstance(made.op, ast.Sub):
            # What is taken away may be a mean of the same rewards: the sign is that of the first.
            names.append(made.left)
        else:
            break
    called = [last_name(item) for item in names if is_name(item) or is_attribute(item)]
    words = {word for name in called for word in re.split(r"[_\d]+", name.lower())}
    if not words & _REWARDS or words & _COSTS:
        return None
    return called[0]


def _constant(node: ast.expr) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _constant(node.operand)
        return None if inner is None else -inner
    value = node.value if is_constant(node) else None
    return float(value) if isinstance(value, int | float) else None
