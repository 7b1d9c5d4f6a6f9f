"""The declared shape of the inputs, and a layer in front of all others, in the text."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from nbdiag.edits.changes.aspects import Kind, as_it_is, of_text
from nbdiag.edits.changes.claims import Claim, Claims
from nbdiag.edits.changes.layers import INPUT_ARGUMENTS
from nbdiag.edits.changes.text.calls import written
from nbdiag.edits.context import EditContext
from nbdiag.edits.location.model_definition import Definition, find_definition
from nbdiag.edits.text.arguments import list_items
from nbdiag.edits.text.statements import line_after, line_before
from nbdiag.facts.crash.plan import new_step
from nbdiag.language import say
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import InsertFirst, SetInputShape
from nbdiag.schema.failure import Variable
from nbdiag.syntax.calls import last_name
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted, stored

_SHAPES = ("shape", "input_shape")
_BATCHES = ("batch_shape", "batch_input_shape")
_LEAST = 32  # pixels a side; published networks halve their images five times
_NAMES = {"Reshape": "reshaped", "Permute": "channels_last"}


def set_input_shape(shop: EditContext, change: SetInputShape) -> None:
    """Apply a `SetInputShape`."""
    backbones = list(_backbones(shop))
    for backbone, node in backbones:
        shop.located.check_once(backbone)
        if min(size or _LEAST for size in change.shape[:-1]) < _LEAST:
            raise Refused("the samples are too small for a pretrained network")
        shop.replace(node, _shape_text(shop, node, change.shape, None))
    if backbones and not any(_declaration(shop, call) for call in shop.page.calls):
        return
    call, keyword = _declared(shop)
    moved = any(isinstance(item, InsertFirst) for item in shop.changes)
    if moved and last_name(call) not in ("Input", "InputLayer"):
        return  # the layer that goes in front of it takes the shape with it
    value = keyword.value if isinstance(keyword, ast.keyword) else keyword
    name = keyword.arg if isinstance(keyword, ast.keyword) else "shape"
    if name in _BATCHES:
        rows = value.elts[0] if isinstance(value, ast.Tuple | ast.List) and value.elts else None
        first = shop.page.text(rows) if rows is not None else "None"
        text = _shape_text(shop, value, change.shape, first)
    elif name == "input_dim":
        text = str(change.shape[0])
        if len(change.shape) != 1:
            shop.edits.replace(
                *shop.page.span(keyword), f"input_shape={_tuple(map(str, change.shape))}"
            )
            return
    else:
        text = _shape_text(shop, value, change.shape, None)
    shop.located.check_once(call)
    shop.replace(value, text)


def _tuple(parts: object) -> str:
    listed = list(parts)  # type: ignore[call-overload]
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"


def _shape_text(shop: EditContext, old: ast.expr, shape: Shape, first: str | None) -> str:
    """Write a shape, keeping what says the right number already."""
    names = shop.run.error.scene.names if shop.run.error else {}
    whole = _whole_shape(shop, old, shape, names)
    if whole and first is None:
        return whole
    elements = list(old.elts) if isinstance(old, ast.Tuple | ast.List) else []
    if first is not None:
        elements = elements[1:]
    texts = []
    for place, size in enumerate(shape):
        given = elements[place] if len(elements) == len(shape) else None
        same = given is not None and _is_size(given, size, names)
        texts.append(shop.page.text(given) if given is not None and same else str(size))
    return _tuple([*([first] if first is not None else []), *texts])


def _whole_shape(
    shop: EditContext, old: ast.expr, shape: Shape, names: dict[str, Variable]
) -> str | None:
    """Write ``X.shape[1:]`` where ``X.shape`` or a part of it stood."""
    node = old.value if isinstance(old, ast.Subscript) else old
    if not (isinstance(node, ast.Attribute) and node.attr == "shape"):
        return None
    thing = names.get(dotted(node.value) or "")
    if thing is None or thing.shape is None or thing.shape[1:] != shape:
        return None
    return f"{shop.page.text(node)}[1:]"


def _is_size(node: ast.expr, size: int | None, names: dict[str, Variable]) -> bool:
    if isinstance(node, ast.Constant):
        return node.value == size
    thing = names.get(dotted(node) or "")
    if thing is not None:
        return thing.value == str(size)
    return isinstance(node, ast.Subscript) and _subscript(node, names) == size


def _subscript(node: ast.Subscript, names: dict[str, Variable]) -> int | None:
    """Return the value of ``X.shape[i]``."""
    index = node.slice
    if isinstance(index, ast.UnaryOp) and isinstance(index.operand, ast.Constant):
        place = -int(index.operand.value)  # type: ignore[arg-type]
    elif isinstance(index, ast.Constant) and isinstance(index.value, int):
        place = index.value
    else:
        return None
    owner = node.value
    thing = names.get(dotted(owner.value) or "") if isinstance(owner, ast.Attribute) else None
    shape = thing.shape if thing else None
    return shape[place] if shape and -len(shape) <= place < len(shape) else None


def _declared(shop: EditContext) -> tuple[ast.Call, ast.keyword | ast.expr]:
    """Find where the shape of the inputs is declared."""
    found = [item for call in shop.page.calls if (item := _declaration(shop, call)) is not None]
    if len(found) > 1:
        chosen = _of_model(shop)
        found = [item for item in found if item[0] is chosen]
    if len(found) != 1:
        raise Refused("the place that declares the shape of the inputs cannot be found")
    return found[0]


def _declaration(
    shop: EditContext, call: ast.Call
) -> tuple[ast.Call, ast.keyword | ast.expr] | None:
    path = shop.resolve(call.func) or ""
    is_input = path in ("layers.Input", "layers.InputLayer")
    if not path.startswith("layers."):
        return None
    for keyword in call.keywords:
        wanted = (*_SHAPES, *_BATCHES) if is_input else INPUT_ARGUMENTS
        if keyword.arg in wanted and not (
            keyword.arg == "input_dim" and path == "layers.Embedding"
        ):
            return call, keyword
    return (call, call.args[0]) if is_input and call.args else None


def _backbones(shop: EditContext) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Find published networks without their head, and the input shape that each is given."""
    for call in shop.page.calls:
        if (shop.resolve(call.func) or "").startswith("applications."):
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            top, shape = named.get("include_top"), named.get("input_shape")
            if shape is not None and isinstance(top, ast.Constant) and top.value is False:
                yield call, shape


def _of_model(shop: EditContext) -> ast.Call | None:
    """Return the call that declares the shape of the watched model."""
    model = find_definition(shop)
    if model.kind == "functional":
        statement = model.input(shop)[1]
        return next((c for c in shop.page.calls if shop.page.statement(c) is statement), None)
    entries = model.entries(shop)
    first = entries[0].layer if entries else None
    return first if isinstance(first, ast.Call) else None


def insert_first(shop: EditContext, change: InsertFirst) -> None:
    """Apply an `InsertFirst`."""
    model = find_definition(shop)
    shop.located.check_once(model.call)
    if model.kind == "functional":
        _first_functional(shop, model, change)
    else:
        _first_sequential(shop, model, change)


def _layer(shop: EditContext, change: InsertFirst, at: ast.AST, shape: str = "") -> str:
    name = shop.speller.keras("layers", change.class_name, at)
    given = ", ".join(item for item in (written(change.values), shape) if item)
    return f"{name}({given})"


def _first_sequential(shop: EditContext, model: Definition, change: InsertFirst) -> None:
    entries = model.entries(shop)
    if not entries:
        raise Refused("the first layer of the model cannot be found")
    first = entries[0]
    is_input = isinstance(first.layer, ast.Call) and (
        shop.resolve(first.layer.func) in ("layers.Input", "layers.InputLayer")
    )
    next_one = entries[1:2] if is_input else entries[:1]
    if any(_makes(item.layer, change.class_name) for item in next_one):
        return
    shape = "" if is_input else _take_shape(shop, first.layer)
    text = _layer(shop, change, model.call, shape)
    if first.container is not None:
        items = list_items(shop.page, first.container)
        (items.insert_after if is_input else items.insert_before)(0, [text], shop.edits)
    elif first.statement is not None:
        place = line_after if is_input else line_before
        place(shop.page, first.statement, [f"{first.receiver}.add({text})"], shop.edits)


def _take_shape(shop: EditContext, layer: ast.expr) -> str:
    """Take the input shape off a layer; give it as an argument of the layer in front."""
    if not isinstance(layer, ast.Call):
        return ""
    for keyword in layer.keywords:
        if keyword.arg in INPUT_ARGUMENTS and last_name(layer) != "Embedding":
            new = next((c.shape for c in shop.changes if isinstance(c, SetInputShape)), None)
            if new is not None:
                shop.editor(layer, last_name(layer)).remove(keyword.arg)
                return f"input_shape={_tuple(map(str, new))}"
            text = shop.page.text(keyword.value)
            shop.editor(layer, last_name(layer)).remove(keyword.arg)
            return (
                f"input_shape=({text},)" if keyword.arg == "input_dim" else f"{keyword.arg}={text}"
            )
    return ""


def _first_functional(shop: EditContext, model: Definition, change: InsertFirst) -> None:
    name, statement = model.input(shop)
    scope = shop.located.tracer.scope(statement)
    uses = [
        node
        for node in ast.walk(scope)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id == name
        and not (node in set(ast.walk(model.call)) and model.is_inputs(shop, node))
        and shop.page.span(statement)[1] < shop.page.span(node)[0] < shop.page.span(model.call)[1]
    ]
    if not uses:
        raise Refused("nothing is called on the Input")
    parents = [shop.page.parents[node] for node in uses]
    if any(isinstance(p, ast.Call) and _makes(p.func, change.class_name) for p in parents):
        return
    taken = stored(shop.page.tree)
    fresh = _NAMES.get(change.class_name, "flat" if change.class_name == "Flatten" else "first")
    fresh = fresh if fresh not in taken else f"{fresh}_{name}"
    line = f"{fresh} = {_layer(shop, change, statement)}({name})"
    line_after(shop.page, statement, [line], shop.edits)
    for node in uses:
        shop.replace(node, fresh)


def _makes(node: ast.expr, class_name: str) -> bool:
    return isinstance(node, ast.Call) and last_name(node) == class_name


SET_INPUT_SHAPE = Kind(
    SetInputShape,
    text=set_input_shape,
    live=of_text,
    describe=lambda change: say("declare the input shape {shape}", shape=change.shape),
    conflicts=lambda _, __: Claims(
        sets=(Claim(("input shape",), say("how the inputs enter the model")),)
    ),
    predict=as_it_is,
    follow=lambda plan, change: replace(plan, declared=change.shape),
)

INSERT_FIRST = Kind(
    InsertFirst,
    text=insert_first,
    live=of_text,
    describe=lambda change: say(
        "insert {new} as the first layer", new=f"{change.class_name}({written(change.values)})"
    ),
    conflicts=lambda _, __: Claims(
        sets=(Claim(("first layer",), say("how the inputs enter the model")),)
    ),
    predict=as_it_is,
    follow=lambda plan, change: replace(
        plan, steps=(new_step(change.class_name, change.values), *plan.steps)
    ),
)
