"""Inputs and labels given to the model in another form, in the text."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from nbdiag.edits.changes.aspects import Kind, as_it_is, of_text
from nbdiag.edits.changes.claims import Claim, Claims
from nbdiag.edits.changes.text.calls import find_call
from nbdiag.edits.context import EditContext
from nbdiag.facts.crash.output import Labels
from nbdiag.facts.crash.plan import Plan
from nbdiag.language import say
from nbdiag.schema.changes import ConvertData
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted

_PAIR = 2
_OF_DATA_SETS = ("batch", "itself")
_PREDICTS = ("predict", "predict_on_batch", "__call__")


def convert_data(shop: EditContext, change: ConvertData) -> None:
    """Apply a `ConvertData`."""
    places = [_of_call(shop, change)] if change.at else list(_everywhere(shop, change))
    first: ast.expr | None = None
    for node in places:
        _convert(shop, node, change, first)
        first = first or node


def _of_call(shop: EditContext, change: ConvertData) -> ast.expr:
    assert change.at is not None  # noqa: S101 - asked by the caller
    call = find_call(shop, change.at)
    name = "x" if change.part == "inputs" else "y"
    given = call.args[0] if change.part == "inputs" and call.args else None
    given = given or next((k.value for k in call.keywords if k.arg == name), None)
    if given is None and change.part == "labels" and len(call.args) > 1:
        given = call.args[1]
    if given is None:
        raise Refused(
            "{name} is not given its {part} by a name", name=change.at.name, part=change.part
        )
    return given


def _everywhere(shop: EditContext, change: ConvertData) -> Iterator[ast.expr]:
    """Yield all data that the watched model gets: in fit, evaluate, predict, for validation."""
    place = 0 if change.part == "inputs" else 1
    for call in shop.located.uses:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else "fit"
        editor = shop.editor(call, method)
        value = editor.get("xy"[place])
        if value is not None:
            yield value
        elif change.part == "labels":
            raise Refused("{method} takes its labels from a data set or a generator", method=method)
        validation = editor.get("validation_data") if method == "fit" else None
        if change.form in _OF_DATA_SETS and validation is not None:
            yield validation
        elif isinstance(validation, ast.Tuple | ast.List) and len(validation.elts) >= _PAIR:
            yield validation.elts[place]
        elif validation is not None and not _is_none(validation):
            raise Refused("the validation data are not written as a pair")
    if change.part == "inputs" and change.form not in ("first_rows", "row", *_OF_DATA_SETS):
        yield from _predicted(shop)


def _predicted(shop: EditContext) -> Iterator[ast.expr]:
    function = shop.located.fit.func
    model = dotted(function.value) if isinstance(function, ast.Attribute) else None
    for call in shop.page.calls:
        if not isinstance(call.func, ast.Attribute) or not call.args:
            continue
        if call.func.attr in _PREDICTS and dotted(call.func.value) == model:
            yield call.args[0]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _convert(
    shop: EditContext, node: ast.expr, change: ConvertData, first: ast.expr | None
) -> None:
    if isinstance(node, ast.List | ast.Tuple) and change.form not in ("float32", "unlist", "stack"):
        raise Refused("the model is given a list of inputs")
    before, after = _form(shop, node, change, first)
    start, end = shop.page.outer_span(node)
    text = shop.page.text(node)
    if text.startswith(before) and text.endswith(after):
        return
    low = isinstance(node, ast.BinOp | ast.BoolOp | ast.Compare | ast.IfExp | ast.UnaryOp)
    if not before and low and (start, end) == shop.page.span(node):
        before, after = "(", f"){after}"
    shop.edits.wrap(start, end, before, after)


def _form(
    shop: EditContext, node: ast.expr, change: ConvertData, first: ast.expr | None
) -> tuple[str, str]:
    """Return the text before and after the data."""
    at = shop.page.statement(node)
    kind = shop.write("float32")
    if change.form == "pad":
        # Its numbers are int32 where no type is given, which cuts readings to whole numbers.
        names = {(dotted(n.func) or "").split(".")[-1] for n in shop.page.all_calls}
        after = ")" if "Embedding" in names else f", dtype={kind})"
        return f"{shop.speller.keras('utils', 'pad_sequences', at)}(", after
    if change.form == "resize":
        name = shop.speller.keras("ops", "image", at)
        return f"{name}.resize(", f", ({change.value}, {change.value}))"
    if change.form == "batch":
        return "", f".batch({change.value or 32})"
    if change.form == "itself":
        return "", ".map(lambda row: (row, row))"
    if change.form in ("dummies", "filled", "columns"):
        return _table(shop, node, change, first)
    if change.form == "first_rows":
        return "", f"[:{change.value}]"
    numpy = shop.speller.numpy(at)
    if change.form == "row":
        return "", f"[{numpy}.newaxis]"
    if change.form == "last_axis":
        return "", f"[..., {numpy}.newaxis]"
    if change.form == "class_numbers" and first is not None:
        return f"{numpy}.searchsorted({numpy}.unique({shop.page.text(first)}), ", ")"
    return {
        "float32": (f"{numpy}.asarray(", f", dtype={kind})"),
        "stack": (f"{numpy}.stack(", ")"),
        "stack_column": (f"{numpy}.stack(", f"{_column(shop, node)})"),
        "squeeze": (f"{numpy}.squeeze(", f", axis={change.value})"),
        "class_numbers": (f"{numpy}.unique(", ", return_inverse=True)[1]"),
        "unlist": (f"{numpy}.asarray(", ")"),
        "colour": (f"{numpy}.repeat(", ", 3, axis=-1)"),
        "yes_no": (f"({numpy}.asarray(", f") > 0).astype({shop.write('uint8')})"),
    }[change.form]


def _table(
    shop: EditContext, node: ast.expr, change: ConvertData, first: ast.expr | None
) -> tuple[str, str]:
    """Return the text before and after a table of columns."""
    if change.form == "dummies":
        return _dummies(shop, node, first)
    return _filled(shop, node) if change.form == "filled" else _listed(shop, node, change)


def _filled(shop: EditContext, node: ast.expr) -> tuple[str, str]:
    """Write a table of numbers, with the middle value of the column where there is none."""
    pandas = shop.speller.pandas(shop.page.statement(node))
    read = f").apply({pandas}.to_numeric, errors={shop.write('coerce')})"
    fill = ".pipe(lambda table: table.fillna(table.median()))"
    return f"{pandas}.DataFrame(", f"{read}{fill}.to_numpy({shop.write('float32')})"


def _listed(shop: EditContext, node: ast.expr, change: ConvertData) -> tuple[str, str]:
    """Write a list of the columns of an array."""
    if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        raise Refused("the labels are not given by a name")
    text = shop.page.text(node)
    columns = [f"{text}[:, {place}]" for place in range(1, change.value or 1)]
    return "[", "".join(["[:, 0]", *(f", {item}" for item in columns), "]"])


def _column(shop: EditContext, node: ast.expr) -> str:
    """Write what takes the only column of a table."""
    names = shop.run.error.scene.names if shop.run.error else {}
    thing = names.get(dotted(node) or "")
    return ".iloc[:, 0]" if thing is not None and thing.type == "DataFrame" else "[:, 0]"


def _dummies(shop: EditContext, node: ast.expr, first: ast.expr | None) -> tuple[str, str]:
    """Write a table whose texts are columns of 0 and 1; other tables take the first one's."""
    pandas = shop.speller.pandas(shop.page.statement(node))
    names = shop.run.error.scene.names if shop.run.error else {}
    thing = names.get(dotted(node) or "")
    frame = thing is not None and thing.type == "DataFrame"
    before = f"{pandas}.get_dummies(" if frame else f"{pandas}.get_dummies({pandas}.DataFrame("
    kind = shop.write("float32")
    after = f", dtype={kind})" if frame else f").infer_objects(), dtype={kind})"
    if first is None:
        return before, after
    columns = f"{before}{shop.page.text(first)}{after}.columns"
    return before, f"{after}.reindex(columns={columns}, fill_value=0)"


def _follow(plan: Plan, change: ConvertData) -> Plan | None:
    if change.part == "labels":
        return replace(plan, labels=_followed(plan.labels, change) if plan.labels else None)
    row = plan.row
    if change.form == "last_axis" and row is not None:
        row = (*row, 1)
    elif change.form not in ("float32", "stack", "stack_column"):
        row = None
    return replace(plan, row=row)


def _followed(labels: Labels, change: ConvertData) -> Labels | None:
    """Return labels converted, None when it is not known."""
    if change.form == "squeeze" and change.value and 0 < change.value <= len(labels.shape):
        place = change.value - 1
        return replace(labels, shape=(*labels.shape[:place], *labels.shape[place + 1 :]))
    if change.form == "class_numbers":
        return Labels((), "whole")
    return labels if change.form == "float32" else None


CONVERT_DATA = Kind(
    ConvertData,
    text=convert_data,
    live=of_text,
    describe=lambda change: say(
        "convert the {part} ({form})",
        part=change.part,
        form=change.form if change.value is None else f"{change.form} {change.value}",
    ),
    conflicts=lambda change, _: Claims(
        sets=(
            Claim(
                ("form", change.part, change.at), say("the form of the {part}", part=change.part)
            ),
        )
    ),
    predict=as_it_is,
    follow=_follow,
)
