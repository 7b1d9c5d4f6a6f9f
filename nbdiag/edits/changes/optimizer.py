"""Write another optimizer, or other settings of it, into ``compile``."""

import ast

from nbdiag.edits.changes.aspects import Kind, as_it_is, made
from nbdiag.edits.changes.claims import Claim, Claims, compile_call
from nbdiag.edits.changes.claims import optimizer as whole_optimizer
from nbdiag.edits.context import EditContext
from nbdiag.edits.live.edits import LiveEdits, NewObject
from nbdiag.keras_api.methods import parameters
from nbdiag.keras_api.optimizers import CLASSES
from nbdiag.language import say
from nbdiag.schema.cell import Scalar
from nbdiag.schema.changes import SetOptimizer, SetOptimizerArgument
from nbdiag.schema.missing import Missing
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted

# What every optimizer of Keras takes, and what means the same with each of them.
_OF_EVERY_OPTIMIZER = ("clipnorm", "clipvalue", "global_clipnorm", "weight_decay")


def optimizer_class(name: str) -> str:
    """Return the class of an optimizer ("rmsprop" to "RMSprop")."""
    return CLASSES.get(name.lower(), name)


def set_optimizer(shop: EditContext, change: SetOptimizer) -> None:
    """Apply a `SetOptimizer`, with the `SetOptimizerArgument` changes made beside it."""
    name = optimizer_class(change.name)
    arguments = {**change.arguments, **_arguments(shop, name)}
    node = _value(shop)
    if isinstance(node, ast.Call) and _class_of(shop, node) == name:
        editor = shop.editor(node, name)
        for argument, value in arguments.items():
            _set(shop, node, argument, value)
        for keyword in node.keywords:
            if keyword.arg not in arguments and keyword.arg != "name":
                editor.remove(keyword.arg or "")
        return
    if isinstance(node, ast.Constant) and not arguments:
        if optimizer_class(str(node.value)) != name:
            shop.replace(node, shop.write(name.lower()))
        return
    _put(shop, node, shop.make("optimizers", name, arguments, node or shop.located.compile))


def set_optimizer_argument(shop: EditContext, change: SetOptimizerArgument) -> None:
    """Apply a `SetOptimizerArgument`."""
    if any(isinstance(item, SetOptimizer) for item in shop.changes):
        return
    node = _value(shop)
    if isinstance(node, ast.Call) and _class_of(shop, node) is not None:
        _set(shop, node, change.argument, change.value)
        return
    if node is None:
        name = "RMSprop"
    elif isinstance(node, ast.Constant):
        name = optimizer_class(str(node.value))
    elif path := shop.resolve(node):
        name = path.split(".")[-1]
    else:
        raise Refused("the optimizer is made elsewhere, or used twice")
    arguments = _arguments(shop, name)
    _put(shop, node, shop.make("optimizers", name, arguments, node or shop.located.compile))


def _arguments(shop: EditContext, name: str) -> dict[str, Scalar]:
    """Return all changed arguments in the optimizer's own order, whatever that of the changes."""
    order = parameters(name) or ()
    changed = [item for item in shop.changes if isinstance(item, SetOptimizerArgument)]
    known = {argument: place for place, argument in enumerate(order)}
    changed.sort(key=lambda item: (known.get(item.argument, len(order)), item.argument))
    return {item.argument: item.value for item in changed}


def _value(shop: EditContext) -> ast.expr | None:
    """Return the optimizer's expression, following a variable of the cell."""
    node = shop.compile.get("optimizer")
    key = dotted(node) if node is not None else None
    if node is None or key is None or shop.resolve(node):
        return node
    found = shop.located.tracer.binding(key, shop.located.compile)
    if found is None or found[1] is None or _is_shared(shop, key):
        return node
    return found[1]


def _is_shared(shop: EditContext, key: str) -> bool:
    """Whether more than one place uses the optimizer in a variable."""
    return (
        sum(
            isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id == key
            for node in shop.page.nodes
        )
        > 1
    )


def _class_of(shop: EditContext, node: ast.Call) -> str | None:
    path = shop.resolve(node.func)
    if path and path.startswith("optimizers."):
        return path.split(".")[-1]
    name = (dotted(node.func) or "").split(".")[-1]
    setup = shop.run.compile
    live = None if isinstance(setup, Missing) else setup.optimizer.name
    return optimizer_class(name) if live == name.lower() else None


def _set(shop: EditContext, node: ast.Call, argument: str, value: Scalar) -> None:
    shop.editor(node, _class_of(shop, node)).set(argument, shop.write(value))


def _put(shop: EditContext, node: ast.expr | None, text: str) -> None:
    if node is None:
        shop.compile.set("optimizer", text)
    elif shop.page.text(node) != text:
        shop.edits.replace(*shop.page.span(node), text)


def _argument(name: str) -> Claim:
    return Claim(("optimizer", name), say("{argument} of the optimizer", argument=name))


def _set_optimizer(edits: LiveEdits, change: SetOptimizer) -> None:
    edits.optimizer = NewObject(change.name, change.arguments)


SET_OPTIMIZER = Kind(
    SetOptimizer,
    text=set_optimizer,
    live=_set_optimizer,
    describe=lambda change: say(
        "use the optimizer {optimizer}",
        optimizer=made(optimizer_class(change.name), change.arguments),
    ),
    conflicts=lambda change, _: Claims(
        sets=(whole_optimizer(), *map(_argument, change.arguments)), needs=(compile_call(),)
    ),
    predict=as_it_is,
)

SET_OPTIMIZER_ARGUMENT = Kind(
    SetOptimizerArgument,
    text=set_optimizer_argument,
    live=lambda edits, change: edits.optimizer_arguments.update({change.argument: change.value}),
    describe=lambda change: say(
        "set {argument} of the optimizer to {value!r}", argument=change.argument, value=change.value
    ),
    conflicts=lambda change, _: Claims(
        sets=(_argument(change.argument),),
        needs=(compile_call(),)
        if change.argument in _OF_EVERY_OPTIMIZER
        else (compile_call(), whole_optimizer()),
    ),
    predict=as_it_is,
)
