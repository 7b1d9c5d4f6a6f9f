"""Change how ``fit`` is called: its arguments, callbacks, and the order of the rows."""

import ast

from nbdiag.edits.changes.layers import is_made
from nbdiag.edits.context import EditContext
from nbdiag.edits.text.statements import line_before
from nbdiag.schema.changes import AddCallback, SetFitArgument, ShuffleRows
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted


def set_fit_argument(shop: EditContext, change: SetFitArgument) -> None:
    """Apply a `SetFitArgument`."""
    shop.assign(shop.fit, change.argument, change.value)


def add_callback(shop: EditContext, change: AddCallback) -> None:
    """Apply an `AddCallback`; one of that class that is there gets the arguments."""
    value = shop.fit.get("callbacks")
    key = dotted(value) if value is not None else None
    listed = value
    if key is not None:
        found = shop.located.tracer.binding(key, shop.located.fit)
        bound = found[1] if found else None
        listed = bound if isinstance(bound, ast.List) and _uses(shop, key) == 1 else value
    nodes = listed.elts if isinstance(listed, ast.List) else []
    for node in (_made_for_it(shop, item) for item in nodes):
        if isinstance(node, ast.Call) and is_made(shop, node, change.name, {}):
            for name, argument in change.arguments.items():
                shop.assign(shop.editor(node, change.name), name, argument)
            return
    text = shop.make("callbacks", change.name, change.arguments, shop.located.fit)
    if isinstance(listed, ast.List):
        shop.append(listed, text)
    elif value is None or (isinstance(value, ast.Constant) and value.value is None):
        every = [item for item in shop.changes if isinstance(item, AddCallback)]
        texts = [shop.make("callbacks", i.name, i.arguments, shop.located.fit) for i in every]
        shop.fit.set("callbacks", f"[{', '.join(texts)}]")
    elif isinstance(value, ast.Call):
        shop.edits.wrap(*shop.page.outer_span(value), "[", f", {text}]")
    else:
        shop.edits.wrap(*shop.page.outer_span(value), "[*", f", {text}]")


def _made_for_it(shop: EditContext, node: ast.expr) -> ast.expr:
    """Return the call that a name used nowhere else is bound to; other expressions as they are."""
    if not isinstance(node, ast.Name) or _uses(shop, node.id) != 1:
        return node
    found = shop.located.tracer.binding(node.id, node)
    return found[1] if found and found[1] is not None else node


def _uses(shop: EditContext, key: str) -> int:
    return sum(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id == key
        for node in shop.page.nodes
    )


def shuffle_rows(shop: EditContext, change: ShuffleRows) -> None:
    """Apply a `ShuffleRows`: lines above fit shuffle, and fit takes the shuffled rows."""
    x, y = shop.fit.get("x"), shop.fit.get("y")
    if x is None or y is None:
        raise Refused("fit takes its samples from a data set or a generator")
    if isinstance(x, ast.Dict | ast.List | ast.Tuple) or isinstance(y, ast.Dict | ast.List):
        raise Refused("there are several inputs or outputs to shuffle together")
    if (dotted(x) or "").endswith("_shuffled"):
        return
    numpy = shop.speller.numpy(shop.located.fit)
    names = (_shuffled(x, "x"), _shuffled(y, "y"))
    if names[0] == names[1]:
        names = (names[0], names[0]) if shop.page.text(x) == shop.page.text(y) else ("", "")
    if not names[0]:
        raise Refused("inputs and labels cannot be distinguished")
    rows = f"{numpy}.random.default_rng({change.seed}).permutation(len({shop.page.text(x)}))"
    pairs = dict(zip(names, (x, y), strict=True))
    lines = [f"order = {rows}"]
    lines += [f"{name} = {_taken(shop, node, numpy)}" for name, node in pairs.items()]
    line_before(shop.page, shop.page.statement(shop.located.fit), lines, shop.edits)
    shop.replace(x, names[0])
    shop.replace(y, names[1])
    weight = shop.fit.get("sample_weight")
    if weight is not None:
        shop.replace(weight, _taken(shop, weight, numpy))


def _shuffled(node: ast.expr, usual: str) -> str:
    name = node.id if isinstance(node, ast.Name) else usual
    return f"{name}_shuffled"


def _taken(shop: EditContext, node: ast.expr, numpy: str) -> str:
    """Write the rows of an array in the new order."""
    text = shop.page.text(node)
    if shop.run.fit.input_kind != "numpy":
        return f"{numpy}.asarray({text})[order]"
    atom = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
    return f"{text}[order]" if atom else f"({text})[order]"
