"""Change how ``fit`` is called: its arguments, callbacks, and the order of the samples."""

import ast
from dataclasses import replace

from nbdiag.edits.changes.aspects import Kind, as_it_is, made
from nbdiag.edits.changes.claims import Claim, Claims, split_sides
from nbdiag.edits.changes.layers import is_made
from nbdiag.edits.context import EditContext
from nbdiag.edits.live.edits import NewObject
from nbdiag.edits.text.statements import line_before
from nbdiag.language import say
from nbdiag.schema.changes import AddCallback, SetFitArgument, ShuffleRows
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted

# Arguments of fit that say which samples are validated on.
_OF_THE_SPLIT = ("validation_data", "validation_split")


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


def _predict(run: TrainingRun, change: SetFitArgument) -> TrainingRun:
    value, fit = change.value, run.fit
    if change.argument == "epochs" and isinstance(value, int):
        fit = replace(fit, epochs=value)
    elif change.argument == "batch_size" and isinstance(value, int) and value > 0:
        fit = replace(fit, batch_size=value, steps=None)
    return replace(run, fit=fit)


SET_FIT_ARGUMENT = Kind(
    SetFitArgument,
    text=set_fit_argument,
    live=lambda edits, change: edits.fit.update({change.argument: change.value}),
    describe=lambda change: say(
        "set {argument} of fit to {value!r}", argument=change.argument, value=change.value
    ),
    conflicts=lambda change, _: Claims(
        sets=(Claim(("fit", change.argument), say("{argument} of fit", argument=change.argument)),),
        needs=(split_sides(),) if change.argument in _OF_THE_SPLIT else (),
    ),
    predict=_predict,
)

ADD_CALLBACK = Kind(
    AddCallback,
    text=add_callback,
    live=lambda edits, change: edits.callbacks.append(NewObject(change.name, change.arguments)),
    describe=lambda change: say(
        "add the callback {callback}", callback=made(change.name, change.arguments)
    ),
    conflicts=lambda change, _: Claims(
        sets=(Claim(("callback", change.name), say("the callback {name}", name=change.name)),)
    ),
    predict=as_it_is,
)

SHUFFLE_ROWS = Kind(
    ShuffleRows,
    text=shuffle_rows,
    live=lambda edits, change: edits.orders.append(change.seed),
    describe=lambda _: say("shuffle inputs and labels together before fit"),
    conflicts=lambda _, __: Claims(
        sets=(Claim(("order",), say("the order of the samples")),), needs=(split_sides(),)
    ),
    predict=as_it_is,
)
