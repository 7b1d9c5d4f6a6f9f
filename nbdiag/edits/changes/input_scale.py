"""Scale the inputs inside the model: a first layer that nobody can forget at inference."""

import ast

from nbdiag.edits.changes.aspects import Kind, as_it_is
from nbdiag.edits.changes.claims import Claim, Claims, adapted_samples, data_as_measured
from nbdiag.edits.changes.layers import INPUT_ARGUMENTS
from nbdiag.edits.context import EditContext
from nbdiag.edits.location.model_definition import Definition, find_definition
from nbdiag.edits.text.arguments import list_items
from nbdiag.edits.text.literals import fraction, write_arguments
from nbdiag.edits.text.statements import line_after, line_before
from nbdiag.facts.data.arrays import normalization_axis
from nbdiag.language import say
from nbdiag.schema.changes import ScaleInputs
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import binds, dotted, reads, stored


def scale_inputs(shop: EditContext, change: ScaleInputs) -> None:
    """Apply a `ScaleInputs`."""
    model = find_definition(shop)
    if model.kind == "functional":
        _scale_functional(shop, model, change)
    else:
        _scale_sequential(shop, model, change)


def _scale_sequential(shop: EditContext, model: Definition, change: ScaleInputs) -> None:
    """Put the layer first: after an Input, or in place of the layer that names the shape."""
    entries = model.entries(shop)
    if not entries:
        raise Refused("the first layer of the model cannot be found")
    first = entries[0]
    is_input = _is_input(shop, first.layer)
    rest = entries[1:] if is_input else entries
    if rest and _is_scaler(shop, rest[0].layer, change):
        return
    shape = None if is_input else _take_shape(shop, first.layer)
    if change.method == "standardize":
        texts = [_normalizer(shop, min((first.layer, model.call), key=shop.page.span))]
        if shape is not None:
            texts.insert(0, f"{shop.speller.keras('layers', 'Input', model.call)}({shape[1]})")
    else:
        texts = [_rescaling(shop, change, model.call, shape[0] if shape else "")]
    if first.container is not None:
        items = list_items(shop.page, first.container)
        put = items.insert_after if is_input else items.insert_before
        put(0, texts, shop.edits)
    elif first.statement is not None:
        lines = [f"{first.receiver}.add({text})" for text in texts]
        place = line_after if is_input else line_before
        place(shop.page, first.statement, lines, shop.edits)


def _take_shape(shop: EditContext, layer: ast.expr) -> tuple[str, str] | None:
    """Take the input shape off a layer; give it as arguments of a layer and of Input."""
    if not isinstance(layer, ast.Call):
        return None
    path = shop.resolve(layer.func) or ""
    for name in INPUT_ARGUMENTS:
        value = next((k.value for k in layer.keywords if k.arg == name), None)
        if value is None or (name == "input_dim" and path == "layers.Embedding"):
            continue
        text = shop.page.text(value)
        shop.editor(layer, path.split(".")[-1]).remove(name)
        if name == "input_dim":
            return f"input_shape=({text},)", f"shape=({text},)"
        start, end = shop.page.outer_span(value)
        text = shop.page.source[start:end]
        return f"{name}={text}", f"{name.removeprefix('input_').replace('input_', '')}={text}"
    return None


def _rescaling(shop: EditContext, change: ScaleInputs, at: ast.AST, shape: str = "") -> str:
    name = shop.speller.keras("layers", "Rescaling", at)
    offset = f"offset={fraction(change.offset)}" if change.offset else ""
    given = ", ".join(item for item in (fraction(change.scale), offset, shape) if item)
    return f"{name}({given})"


def _is_input(shop: EditContext, node: ast.expr) -> bool:
    path = shop.resolve(node.func) if isinstance(node, ast.Call) else None
    return path in ("layers.Input", "layers.InputLayer")


def _is_scaler(shop: EditContext, node: ast.expr, change: ScaleInputs) -> bool:
    """Whether a layer scales inputs already, in the wanted way."""
    if key := dotted(node):
        found = shop.located.tracer.binding(key, node)
        node = found[1] if found and found[1] is not None else node
    path = shop.resolve(node.func) if isinstance(node, ast.Call) else None
    return path == f"layers.{'Rescaling' if change.method == 'rescale' else 'Normalization'}"


def _normalizer(shop: EditContext, first: ast.AST) -> str:
    """Write the lines that adapt a Normalization layer; give its name."""
    name = "normalizer"
    if name in stored(shop.page.tree):
        name = "input_normalizer"
    inputs = shop.fit.get("x")
    if inputs is None:
        raise Refused("fit has no inputs to adapt the scaling to")
    kind = shop.run.fit.input_kind
    if isinstance(inputs, ast.Dict | ast.List | ast.Tuple) or kind in ("generator", "PyDataset"):
        raise Refused("the scaling cannot be adapted to inputs of kind {kind}", kind=kind)
    text = shop.page.text(inputs)
    if kind == "tf.data":
        text = f"{text}.map(lambda x, *_: x)"
    before = _statement_of_model(shop, first)
    start = shop.page.span(before)[0]
    late = {
        item
        for statement in shop.page.nodes
        if isinstance(statement, ast.stmt) and shop.page.span(statement)[0] >= start
        for item in binds(statement)
    }
    if reads(inputs) & late:
        raise Refused("the inputs are made after the model")
    arguments = write_arguments(normalization_axis(shop.run.data.inputs))
    made = f"{name} = {shop.speller.keras('layers', 'Normalization', before)}({arguments})"
    line_before(shop.page, before, [made, f"{name}.adapt({text})"], shop.edits)
    return name


def _statement_of_model(shop: EditContext, first: ast.AST) -> ast.stmt:
    """Return the statement, in the scope of fit, that makes the model."""
    scope = shop.located.tracer.scope
    statement = shop.page.statement(first)
    if scope(statement) is scope(shop.located.fit):
        return statement
    if scope(shop.located.fit) is not shop.page.tree:
        raise Refused("the model is made in another function than it is trained in")
    function = shop.located.fit.func
    receiver = function.value if isinstance(function, ast.Attribute) else None
    key = dotted(receiver) if receiver else None
    found = shop.located.tracer.binding(key, shop.located.fit) if key else None
    return found[0] if found else shop.page.statement(shop.located.fit)


def _scale_functional(shop: EditContext, model: Definition, change: ScaleInputs) -> None:
    """Call the layer on the Input, and everything that took the Input on its result."""
    name, statement = model.input(shop)
    scope = shop.located.tracer.scope(statement)
    inside = {
        node
        for node in ast.walk(model.call)
        if isinstance(node, ast.Name) and node.id == name and model.is_inputs(shop, node)
    }
    uses = sorted(
        (
            node
            for node in ast.walk(scope)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.id == name
            and node not in inside
            and node in shop.page.parents
        ),
        key=lambda node: shop.page.span(node)[0],
    )
    end = shop.page.span(model.call)[1]
    uses = [node for node in uses if shop.page.span(node)[0] < end]
    if not uses:
        raise Refused("nothing is called on the Input")
    parent = shop.page.parents[uses[0]]
    if len(uses) == 1 and isinstance(parent, ast.Call) and _is_scaler(shop, parent.func, change):
        return
    if change.method == "standardize":
        text = _normalizer(shop, statement)
    else:
        text = _rescaling(shop, change, statement)
    outer = shop.page.statement(uses[0])
    target = _single_target(outer)
    direct = len(uses) == 1 and isinstance(outer, ast.Assign) and outer.value is parent
    if direct and target and target != name and target not in reads(outer):
        line_before(shop.page, outer, [f"{target} = {text}({name})"], shop.edits)
        shop.replace(uses[0], target)
        return
    fresh = "scaled" if "scaled" not in stored(shop.page.tree) else f"scaled_{name}"
    line_after(shop.page, statement, [f"{fresh} = {text}({name})"], shop.edits)
    for node in uses:
        shop.replace(node, fresh)


def _single_target(statement: ast.stmt) -> str | None:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return dotted(targets[0]) if len(targets) == 1 else None


def _describe(change: ScaleInputs) -> str:
    if change.method == "standardize":
        return say("standardise the inputs inside the model")
    scale, offset = fraction(change.scale), fraction(change.offset)
    if not change.offset:
        return say("scale the inputs by {scale} inside the model", scale=scale)
    return say(
        "scale the inputs by {scale} and add {offset} inside the model", scale=scale, offset=offset
    )


SCALE_INPUTS = Kind(
    ScaleInputs,
    text=scale_inputs,
    live=lambda edits, change: edits.scalings.append(change),
    describe=_describe,
    conflicts=lambda change, _: Claims(
        sets=(Claim(("scale of the inputs",), say("how the inputs enter the model")),),
        needs=(data_as_measured(), adapted_samples())
        if change.method == "standardize"
        else (data_as_measured(),),
    ),
    predict=as_it_is,
)
