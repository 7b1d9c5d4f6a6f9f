"""Replace, add or remove a metric in ``compile``."""

import ast
from dataclasses import replace

from nbdiag.edits.changes.aspects import Kind, as_it_is, at_output, made
from nbdiag.edits.changes.claims import Claims, end_of
from nbdiag.edits.changes.loss import output_place
from nbdiag.edits.context import EditContext
from nbdiag.edits.text.arguments import list_items
from nbdiag.language import say
from nbdiag.schema.changes import MetricSpec, ReplaceMetric
from nbdiag.schema.missing import Missing
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted

_SAME = {"acc": "accuracy", "mse": "mean_squared_error", "mae": "mean_absolute_error"}


def replace_metric(shop: EditContext, change: ReplaceMetric) -> None:
    """Apply a `ReplaceMetric`."""
    change = _keeping_label(shop, change)
    value = _bound(shop, shop.compile.get("metrics"))
    if value is None:
        if change.new is not None:
            text = _text(shop, change.new, shop.located.compile)
            shop.compile.set("metrics", f"[{text}]")
        return
    if isinstance(value, ast.Dict):
        place = output_place(shop, value, change.output)
        if place is None:
            raise Refused("metrics has no entry for {output}", output=change.output or "the output")
        entry = value.values[place]
        _replace_in(shop, change, entry, whole=False)
    elif _is_nested(value) and isinstance(value, ast.List | ast.Tuple):
        place = output_place(shop, value, change.output)
        if place is None:
            raise Refused("it is not clear which of the metrics is meant")
        _replace_in(shop, change, value.elts[place], whole=False)
    else:
        _replace_in(shop, change, value, whole=True)


def _bound(shop: EditContext, value: ast.expr | None) -> ast.expr | None:
    """Follow a variable to the list that it holds."""
    key = dotted(value) if value is not None else None
    if value is None or key is None:
        return value
    found = shop.located.tracer.binding(key, shop.located.compile)
    if found is None or found[1] is None or _uses(shop, key) > 1:
        raise Refused("the metrics are in {key}, which cannot be changed with certainty", key=key)
    return found[1]


def _uses(shop: EditContext, key: str) -> int:
    return sum(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id == key
        for node in shop.page.nodes
    )


def _is_nested(value: ast.expr) -> bool:
    return isinstance(value, ast.List | ast.Tuple) and any(
        isinstance(item, ast.List | ast.Tuple) for item in value.elts
    )


def _replace_in(shop: EditContext, change: ReplaceMetric, value: ast.expr, *, whole: bool) -> None:
    """Replace a metric in a list, or a single metric."""
    if not isinstance(value, ast.List | ast.Tuple):
        _replace_alone(shop, change, value, whole=whole)
        return
    if change.new is not None and any(_is_new(shop, node, change.new) for node in value.elts):
        return
    place = next((k for k, node in enumerate(value.elts) if _is_old(shop, node, change.old)), None)
    if place is None:
        if change.new is not None:
            raise Refused("no metric {old} is in the text", old=change.old)
    elif change.new is not None:
        shop.replace(value.elts[place], _text(shop, change.new, value.elts[place]))
    elif len(value.elts) == 1 and whole and value is shop.compile.get("metrics"):
        shop.compile.remove("metrics")
    else:
        list_items(shop.page, value).remove(place, shop.edits)


def _replace_alone(
    shop: EditContext, change: ReplaceMetric, value: ast.expr, *, whole: bool
) -> None:
    """Replace a metric that is not in a list."""
    if not _is_old(shop, value, change.old):
        if change.new is None or _is_new(shop, value, change.new):
            return
        raise Refused("no metric {old} is in the text", old=change.old)
    if change.new is not None:
        text = _text(shop, change.new, value)
        shop.replace(value, f"[{text}]" if whole else text)
    elif whole:
        shop.compile.remove("metrics")
    else:
        shop.replace(value, "[]")


def _is_old(shop: EditContext, node: ast.expr, old: str) -> bool:
    if isinstance(node, ast.Constant):
        return str(node.value) == old
    return _class(shop, node) == old or _label(node) == old


def _is_new(shop: EditContext, node: ast.expr, new: MetricSpec) -> bool:
    if isinstance(node, ast.Constant):
        same = _SAME.get(str(node.value), str(node.value)) == _SAME.get(new.name, new.name)
        return same and not new.arguments
    if not isinstance(node, ast.Call) or _class(shop, node) != new.name:
        return False
    given = {
        keyword.arg: keyword.value.value
        for keyword in node.keywords
        if isinstance(keyword.value, ast.Constant)
    }
    return all(name in given and given[name] == value for name, value in new.arguments.items())


def _class(shop: EditContext, node: ast.expr) -> str | None:
    name = node.func if isinstance(node, ast.Call) else node
    path = shop.resolve(name)
    if path:
        return path.split(".")[-1]
    text = dotted(name)
    return text.split(".")[-1] if text else None


def _label(node: ast.expr) -> str | None:
    """Return the name that a metric object is given in the text."""
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def _text(shop: EditContext, new: MetricSpec, at: ast.AST) -> str:
    if not new.arguments and new.name[:1].islower():
        return shop.write(new.name)
    return shop.make("metrics", new.name, new.arguments, at)


def _keeping_label(shop: EditContext, change: ReplaceMetric) -> ReplaceMetric:
    """Name the new metric like the old one where the cell reads it from the history."""
    new, setup = change.new, shop.run.compile
    if isinstance(setup, Missing) or (new is not None and "name" in new.arguments):
        return change
    labels = {item.label for item in setup.metrics if item.written == change.old}
    labels |= {change.old}
    read = {
        str(node.slice.value).removeprefix("val_")
        for node in ast.walk(shop.page.tree)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    }
    if not labels & read:
        return change
    if new is None or not new.name[:1].isupper():
        raise Refused("the cell reads {name} from the history", name=min(labels & read))
    label = min(labels & read)
    return replace(change, new=replace(new, arguments={**new.arguments, "name": label}))


def _describe(change: ReplaceMetric) -> str:
    if change.new is None:
        return say("remove the metric {old!r}", old=change.old)
    name, arguments = change.new.name, change.new.arguments
    new = made(name, arguments) if arguments else name
    return say("replace the metric {old!r} by {new}", old=change.old, new=new)


REPLACE_METRIC = Kind(
    ReplaceMetric,
    text=replace_metric,
    live=lambda edits, change: edits.metrics.append(change),
    describe=lambda change: at_output(_describe(change), change.output),
    conflicts=lambda change, _: Claims(sets=(end_of(change.output),)),
    predict=as_it_is,
)
