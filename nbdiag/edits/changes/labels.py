"""Write labels and targets in another form, wherever the model is given them."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from nbdiag.edits.changes.aspects import Kind, as_it_is, at_output
from nbdiag.edits.changes.claims import Claim, Claims, data_as_measured, end_of
from nbdiag.edits.changes.loss import output_place
from nbdiag.edits.context import EditContext
from nbdiag.edits.live.edits import CannotRebuild, LiveEdits
from nbdiag.edits.text.arguments import call_items
from nbdiag.edits.text.literals import write
from nbdiag.edits.text.statements import line_before
from nbdiag.facts.crash.output import Labels, without_last_one
from nbdiag.language import say
from nbdiag.schema.changes import EncodeLabels, ScaleTargets
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted, stored

_PAIR = 2


def encode_labels(shop: EditContext, change: EncodeLabels) -> None:
    """Apply an `EncodeLabels`."""
    if change.form == "class_index" and _are_classes(shop, change.output):
        return
    if _is_stream(shop):
        _map_streams(shop, lambda label: _stream_text(shop, label, change))
        return
    for node in _labels(shop, change.output):
        _FORMS[change.form](shop, node, change)
    for text in _kept_validation(shop):
        _wrap_kept(shop, text, lambda label: _encoded_text(shop, label, change))


def _are_classes(shop: EditContext, output: str) -> bool:
    """Whether the recorded labels have no axis of classes that could be taken away."""
    labels = [item for item in shop.run.data.labels if item.name == output or not output]
    return bool(labels) and not labels[0].shape


def scale_targets(shop: EditContext, change: ScaleTargets) -> None:
    """Apply a `ScaleTargets`: the constants stand above fit, the targets are wrapped."""
    mean, std = "target_mean", "target_std"
    if _is_stream(shop):
        values = f"{write(change.mean)}) / {write(change.std)}"
        _map_streams(shop, lambda label: f"({label} - {values}")
        return
    if not {mean, std} & stored(shop.page.tree):
        scopes = {shop.located.tracer.scope(call) for call in shop.located.uses}
        if len(scopes) > 1:
            raise Refused("fit and evaluate are called in different functions")
        first = min(shop.located.uses, key=lambda call: shop.page.span(call)[0])
        line = f"{mean}, {std} = {write(change.mean)}, {write(change.std)}"
        line_before(shop.page, shop.page.statement(first), [line], shop.edits)
    for node in _labels(shop, ""):
        done = isinstance(node, ast.BinOp) and dotted(node.right) == std
        if not done:
            start, end = shop.page.outer_span(node)
            low = _is_low(node) and (start, end) == shop.page.span(node)
            before, after = ("((", ")") if low else ("(", "")
            shop.edits.wrap(start, end, before, f"{after} - {mean}) / {std}")
    for value in _kept_validation(shop):
        _wrap_kept(shop, value, lambda label: f"({label} - {mean}) / {std}")
    shop.notes.append(
        say(
            "The model now predicts standardised targets: multiply its predictions by {std} and "
            "add {mean}.",
            std=std,
            mean=mean,
        )
    )


def _is_stream(shop: EditContext) -> bool:
    return shop.run.fit.input_kind == "tf.data" and shop.fit.get("y") is None


def _map_streams(shop: EditContext, make: Callable[[str], str]) -> None:
    """Map every data set that is given to the model."""
    if shop.run.fit.sample_weight:
        raise Refused("the data set gives weights too")
    text = f"lambda x, y: (x, {make('y')})"
    for call in shop.located.uses:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else "fit"
        editor = shop.editor(call, method)
        given = [editor.get("x"), editor.get("validation_data") if method == "fit" else None]
        for node in given:
            if node is None or (isinstance(node, ast.Call) and _is_mapped(shop, node, text)):
                continue
            if isinstance(node, ast.Tuple | ast.List | ast.Dict | ast.Constant):
                raise Refused("data sets and arrays are mixed")
            atom = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
            start, end = shop.page.outer_span(node)
            before, after = ("", "") if atom else ("(", ")")
            shop.edits.wrap(start, end, before, f"{after}.map({text})")


def _is_mapped(shop: EditContext, node: ast.Call, text: str) -> bool:
    return _called(node) == "map" and any(shop.page.text(item) == text for item in node.args)


def _stream_text(shop: EditContext, label: str, change: EncodeLabels) -> str:
    """Write the labels of one batch in their new form, with functions that work in a graph."""
    at = shop.located.fit
    if change.form == "one_hot":
        column = shop.run.data.labels[:1] and shop.run.data.labels[0].shape == (1,)
        index = f"{label}[:, 0]" if column else label
        if change.value is None:
            raise Refused("the number of classes is not known")
        return f"{shop.speller.keras('ops', 'one_hot', at)}({index}, {change.value})"
    if change.form == "class_index":
        return f"{shop.speller.keras('ops', 'argmax', at)}({label}, axis=-1)"
    if change.form == "greater":
        cast = shop.speller.keras("ops", "cast", at)
        return f"{cast}({label} > {write(change.value)}, {shop.write('float32')})"
    if change.form == "multiply":
        return f"{shop.speller.keras('ops', 'round', at)}({label} * {write(change.value)})"
    return f"{label} {'-' if change.form == 'subtract' else '/'} {write(change.value)}"


def _labels(shop: EditContext, output: str) -> Iterator[ast.expr]:
    """Every label expression that is given to the model: fit, evaluate, validation data."""
    for call in shop.located.uses:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else "fit"
        editor = shop.editor(call, method)
        value = editor.get("y")
        if value is None:
            raise Refused("{method} takes its labels from a data set or a generator", method=method)
        yield _of_output(shop, value, output)
        validation = editor.get("validation_data") if method == "fit" else None
        if isinstance(validation, ast.Tuple | ast.List):
            if len(validation.elts) < _PAIR:
                raise Refused("the validation data are not a pair")
            yield _of_output(shop, validation.elts[1], output)


def _of_output(shop: EditContext, value: ast.expr, output: str) -> ast.expr:
    if isinstance(value, ast.Dict | ast.List) and (output or isinstance(value, ast.Dict)):
        place = output_place(shop, value, output)
        if place is None:
            raise Refused("the labels have no entry for {output}", output=output or "the output")
        return value.values[place] if isinstance(value, ast.Dict) else value.elts[place]
    return value


def _kept_validation(shop: EditContext) -> Iterator[ast.expr]:
    """Return the validation data that are kept as a pair in a variable."""
    for call in shop.located.uses:
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "fit"):
            continue
        value = shop.editor(call, "fit").get("validation_data")
        if value is None or isinstance(value, ast.Tuple | ast.List):
            continue
        if isinstance(value, ast.Constant) and value.value is None:
            continue
        key = dotted(value)
        found = shop.located.tracer.binding(key, call) if key else None
        pair = found[1] if found else None
        if not isinstance(pair, ast.Tuple) or len(pair.elts) != _PAIR:
            raise Refused("the validation data are not written as a pair")
        yield value


def _wrap_kept(shop: EditContext, value: ast.expr, make: Callable[[str], str]) -> None:
    name = shop.page.text(value)
    shop.replace(value, f"({name}[0], {make(f'{name}[1]')})")


def _encoded_text(shop: EditContext, label: str, change: EncodeLabels) -> str:
    at = shop.located.fit
    if change.form == "one_hot":
        name = shop.speller.keras("utils", "to_categorical", at)
        return f"{name}({label}{_count(change)})"
    if change.form == "class_index":
        return f"{shop.speller.numpy(at)}.argmax({label}, axis=-1)"
    if change.form == "greater":
        return f"({label} > {write(change.value)}).astype({shop.write('float32')})"
    if change.form == "multiply":
        return f"{shop.speller.numpy(at)}.rint({label} * {write(change.value)})"
    return f"{label} {'-' if change.form == 'subtract' else '/'} {write(change.value)}"


def _count(change: EncodeLabels) -> str:
    return "" if change.value is None else f", {change.value}"


def _one_hot(shop: EditContext, node: ast.expr, change: EncodeLabels) -> None:
    if isinstance(node, ast.Call) and _is_to_categorical(shop, node):
        given = node.args[1] if len(node.args) > 1 else None
        given = given or next((k.value for k in node.keywords if k.arg == "num_classes"), None)
        if given is not None and change.value is not None:
            shop.replace(given, str(change.value))
        elif change.value is not None:
            call_items(shop.page, node).append([str(change.value)], shop.edits)
        return
    name = shop.speller.keras("utils", "to_categorical", shop.located.fit)
    shop.edits.wrap(*shop.page.outer_span(node), f"{name}(", f"{_count(change)})")


def _class_index(shop: EditContext, node: ast.expr, change: EncodeLabels) -> None:  # noqa: ARG001
    inner: ast.expr | None = None
    if isinstance(node, ast.Call):
        if _called(node) == "argmax":
            return
        if _is_to_categorical(shop, node) and node.args:
            inner = node.args[0]
    elif isinstance(node, ast.Subscript) and _called(node.value) in ("eye", "identity"):
        inner = node.slice
    if inner is None:
        name = shop.speller.numpy(shop.located.fit)
        shop.edits.wrap(*shop.page.outer_span(node), f"{name}.argmax(", ", axis=-1)")
        return
    start, end = shop.page.span(node)
    first, last = shop.page.outer_span(inner)
    shop.edits.remove(start, first)
    shop.edits.remove(last, end)


def _arithmetic(shop: EditContext, node: ast.expr, change: EncodeLabels) -> None:
    sign, kind = ("-", ast.Sub) if change.form == "subtract" else ("/", ast.Div)
    if isinstance(node, ast.BinOp) and isinstance(node.op, kind) and _is(node.right, change.value):
        return
    start, end = shop.page.outer_span(node)
    low = _is_low(node) and (start, end) == shop.page.span(node)
    shop.edits.wrap(
        start, end, "(" if low else "", f"{')' if low else ''} {sign} {write(change.value)}"
    )


def _multiply(shop: EditContext, node: ast.expr, change: EncodeLabels) -> None:
    if isinstance(node, ast.Call) and _called(node) == "rint" and node.args:
        product = node.args[0]
        if isinstance(product, ast.BinOp) and _is(product.right, change.value):
            return
    start, end = shop.page.outer_span(node)
    low = _is_low(node) and (start, end) == shop.page.span(node)
    name = shop.speller.numpy(shop.located.fit)
    before, after = ("((", ")") if low else ("(", "")
    shop.edits.wrap(start, end, f"{name}.rint{before}", f"{after} * {write(change.value)})")


def _greater(shop: EditContext, node: ast.expr, change: EncodeLabels) -> None:
    compared = node.func.value if _called(node) == "astype" else None  # type: ignore[attr-defined]
    if isinstance(compared, ast.Compare) and _is(compared.comparators[0], change.value):
        return
    start, end = shop.page.outer_span(node)
    low = isinstance(node, ast.Compare | ast.BoolOp | ast.IfExp | ast.Lambda)
    before, after = ("((", ")") if low and (start, end) == shop.page.span(node) else ("(", "")
    kind = shop.write("float32")
    shop.edits.wrap(start, end, before, f"{after} > {write(change.value)}).astype({kind})")


_FORMS: dict[str, Callable[[EditContext, ast.expr, EncodeLabels], None]] = {
    "one_hot": _one_hot,
    "class_index": _class_index,
    "subtract": _arithmetic,
    "divide": _arithmetic,
    "greater": _greater,
    "multiply": _multiply,
}


def _is_low(node: ast.expr) -> bool:
    """Whether an expression binds more loosely than a division."""
    return isinstance(
        node, ast.BinOp | ast.BoolOp | ast.Compare | ast.IfExp | ast.Lambda | ast.UnaryOp
    )


def _is(node: ast.expr, value: float | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def _called(node: ast.expr) -> str | None:
    """Return the last name of what is called, None when nothing is."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else None


def _is_to_categorical(shop: EditContext, node: ast.Call) -> bool:
    path = shop.resolve(node.func) or ""
    return path == "utils.to_categorical" or _called(node) == "to_categorical"


def _encoded(labels: Any, change: EncodeLabels) -> Any:
    """Write an array of labels in the wanted form."""
    import numpy as np

    value = change.value
    if change.form == "one_hot":
        if labels.ndim > 1:  # one-hot ones, or a column of class numbers
            wide = labels.shape[-1] > 1
            labels = labels.argmax(axis=-1) if wide else labels[..., 0]
        index = labels.astype("int64")
        return np.eye(int(value or index.max() + 1))[index]
    if change.form == "class_index":
        return np.argmax(labels, axis=-1)
    if value is None:
        raise CannotRebuild("by how much to {form} the labels is not said", form=change.form)
    match change.form:
        case "subtract":
            return labels - value
        case "divide":
            return labels / value
        case "multiply":
            return np.rint(labels * value)
    return (labels > value).astype("float32")


def _describe(change: EncodeLabels) -> str:
    value = change.value
    match change.form:
        case "one_hot":
            return say("one-hot encode the labels")
        case "class_index":
            return say("turn the labels into class numbers")
        case "subtract":
            return say("subtract {value} from the labels", value=value)
        case "divide":
            return say("divide the labels by {value}", value=value)
        case "multiply":
            return say("multiply the labels by {value} and round them", value=value)
    return say("make the labels 1 above {value}, else 0", value=value)


def _followed(labels: Labels, change: EncodeLabels) -> Labels | None:
    """Return labels in another form, None when it is not known."""
    if change.form == "one_hot" and isinstance(change.value, int):
        return Labels((*without_last_one(labels.shape), change.value), "one-hot", (0.0, 1.0))
    if change.form == "class_index" and labels.shape and labels.shape[-1]:
        return Labels(labels.shape[:-1], "whole", (0.0, labels.shape[-1] - 1.0))
    if change.form == "subtract" and change.value is not None and labels.span is not None:
        low, high = labels.span
        return replace(labels, span=(low - change.value, high - change.value))
    return None


ENCODE_LABELS = Kind(
    EncodeLabels,
    text=encode_labels,
    live=lambda edits, change: edits.labels.append(
        (change.output, lambda labels: _encoded(labels, change))
    ),
    describe=lambda change: at_output(_describe(change), change.output),
    conflicts=lambda change, _: Claims(sets=(end_of(change.output),), needs=(data_as_measured(),)),
    predict=as_it_is,
    follow=lambda plan, change: (
        None
        if change.output
        else replace(plan, labels=_followed(plan.labels, change) if plan.labels else None)
    ),
)


def _scale(edits: LiveEdits, change: ScaleTargets) -> None:
    if change.std == 0:
        raise CannotRebuild("the targets are constant and cannot be scaled")
    edits.labels.append(("", lambda targets: (targets - change.mean) / change.std))


SCALE_TARGETS = Kind(
    ScaleTargets,
    text=scale_targets,
    live=_scale,
    describe=lambda change: say(
        "standardise the targets: (y - {mean:g}) / {std:g}", mean=change.mean, std=change.std
    ),
    conflicts=lambda _, __: Claims(
        sets=(Claim(("scale of the targets",), say("the scale of the targets")),),
        needs=(data_as_measured(),),
    ),
    predict=as_it_is,
)
