"""Write another loss into ``compile``."""

import ast
from collections.abc import Callable
from dataclasses import replace

from nbdiag.edits.changes.aspects import Kind, at_output
from nbdiag.edits.changes.claims import Claims, compile_call, end_of
from nbdiag.edits.context import EditContext
from nbdiag.edits.text.arguments import dict_items
from nbdiag.keras_api.losses import full_name, loss_class
from nbdiag.language import say
from nbdiag.schema.changes import SetLoss
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.refusal import Refused


def set_loss(shop: EditContext, change: SetLoss) -> None:
    """Apply a `SetLoss`."""
    value = shop.compile.get("loss")
    if isinstance(value, ast.Dict | ast.List | ast.Tuple):
        _set_one(shop, change, value)
    elif change.output and _outputs(shop) > 1:
        raise Refused("all outputs share one loss in the text")
    elif value is None:
        shop.compile.set("loss", _text(shop, change, shop.located.compile))
    else:
        _rewrite(shop, change, value, lambda text: shop.compile.set("loss", text))


def _outputs(shop: EditContext) -> int:
    model = shop.run.model
    return 1 if isinstance(model, Missing) else len(model.heads)


def _set_one(shop: EditContext, change: SetLoss, value: ast.Dict | ast.List | ast.Tuple) -> None:
    """Change the loss of one output."""
    place = output_place(shop, value, change.output)
    if place is None and isinstance(value, ast.Dict) and change.output:
        key = shop.write(change.output)
        text = f"{key}: {_text(shop, change, value)}"
        dict_items(shop.page, value).append([text], shop.edits)
        return
    if place is None:
        raise Refused("it is not clear which of the losses is meant")
    nodes = value.values if isinstance(value, ast.Dict) else value.elts
    node = nodes[place]
    _rewrite(shop, change, node, lambda text: shop.replace(node, text))


def output_place(
    shop: EditContext, value: ast.Dict | ast.List | ast.Tuple, output: str
) -> int | None:
    """Place of an output in a dictionary or a list, None when it has none."""
    if isinstance(value, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in value.keys]
        if not output and len(keys) == 1:
            return 0
        return keys.index(output) if output in keys else None
    if len(value.elts) == 1 and not output:
        return 0
    model = shop.run.model
    outputs = [] if isinstance(model, Missing) else [head.output for head in model.heads]
    if len(outputs) != len(value.elts) or output not in outputs:
        return None
    return outputs.index(output)


def _rewrite(
    shop: EditContext, change: SetLoss, node: ast.expr, put: Callable[[str], None]
) -> None:
    wanted = loss_class(change.loss)
    if isinstance(node, ast.Call) and _means(shop, node.func, wanted):
        arguments = shop.editor(node, wanted)
        given = next((k.value for k in node.keywords if k.arg == "from_logits"), None)
        if change.from_logits:
            arguments.set("from_logits", "True")
        elif given is not None and not (isinstance(given, ast.Constant) and given.value is False):
            arguments.remove("from_logits")
        elif node.args:
            shop.replace(node.args[0], "False")
        return
    if not change.from_logits:
        if isinstance(node, ast.Constant) and full_name(str(node.value)) == full_name(change.loss):
            return
        path = shop.resolve(node)
        if path and full_name(path.split(".")[-1]) == full_name(change.loss):
            return
    put(_text(shop, change, node))


def _means(shop: EditContext, node: ast.expr, wanted: str) -> bool:
    path = shop.resolve(node)
    return bool(path) and path.split(".")[-1] == wanted  # type: ignore[union-attr]


def _text(shop: EditContext, change: SetLoss, at: ast.AST) -> str:
    if change.from_logits:
        return shop.make("losses", loss_class(change.loss), {"from_logits": True}, at)
    return shop.write(change.loss)


def _predict(run: TrainingRun, change: SetLoss) -> TrainingRun:
    setup = run.compile
    if isinstance(setup, Missing):
        return run
    several = len(setup.losses) > 1
    losses = tuple(
        replace(loss, name=change.loss, from_logits=change.from_logits, custom=False)
        if not several or loss.output == change.output
        else loss
        for loss in setup.losses
    )
    return replace(run, compile=replace(setup, losses=losses))


SET_LOSS = Kind(
    SetLoss,
    text=set_loss,
    live=lambda edits, change: edits.losses.append(change),
    describe=lambda change: at_output(
        say("use the loss {loss!r} with from_logits=True", loss=change.loss)
        if change.from_logits
        else say("use the loss {loss!r}", loss=change.loss),
        change.output,
    ),
    conflicts=lambda change, _: Claims(sets=(end_of(change.output),), needs=(compile_call(),)),
    predict=_predict,
    follow=lambda plan, change: None if change.output else replace(plan, loss=change.loss),
)
