"""Change, add, remove and replace layers in the text, in every idiom."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from nbdiag.edits.changes.aspects import Kind, beside, made
from nbdiag.edits.changes.claims import Claim, Claims, ends_at, layer_class, layer_place
from nbdiag.edits.context import EditContext
from nbdiag.edits.live.edits import LiveEdits, NewObject
from nbdiag.edits.text.arguments import list_items
from nbdiag.edits.text.layer_position import Applied, Element, Line, Slot, find_slot
from nbdiag.edits.text.statements import line_after, line_before, remove_statement
from nbdiag.facts.crash.layer_chain import Step
from nbdiag.facts.crash.plan import new_step
from nbdiag.keras_api.layers import LAYERS, class_name
from nbdiag.keras_api.methods import parameters
from nbdiag.language import say
from nbdiag.schema.cell import Scalar
from nbdiag.schema.changes import InsertLayer, RemoveLayer, ReplaceLayer, SetLayerArgument
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted, reads

INPUT_ARGUMENTS = ("input_shape", "input_dim", "batch_input_shape")
# Arguments of a layer that say what its outputs are; another initializer leaves them as they are.
_SHAPING = ("activation", "units", "filters", "axis")
_WRAPPERS = ("TimeDistributed", "Bidirectional")
_WITHOUT_ACTIVATION = frozenset(
    name for name, row in LAYERS.items() if "activation" not in row.parameters
)


def set_layer_argument(shop: EditContext, change: SetLayerArgument) -> None:
    """Apply a `SetLayerArgument`."""
    call = shop.located.layers.find(change.layer)
    name = _live_class(shop, change.layer)
    if name in _WRAPPERS and change.argument not in (parameters(name) or ()):
        inner = call.args[0] if call.args else None
        if not isinstance(inner, ast.Call):
            raise Refused("the layer inside {layer} cannot be found", layer=change.layer)
        call = inner
        name = (shop.resolve(inner.func) or "").split(".")[-1]
    if change.argument == "activation" and name in _WITHOUT_ACTIVATION:
        raise Refused("{name} takes no activation", name=name)
    shop.assign(shop.editor(call, name), change.argument, change.value)


def insert_layer(shop: EditContext, change: InsertLayer) -> None:
    """Apply an `InsertLayer`."""
    if shop.located.layers.shaped:
        return
    call = shop.located.layers.find(change.beside)
    if not shop.located.layers.first_of(change.beside):
        return
    slot = find_slot(shop, call)
    if _is_beside(shop, slot, change):
        return
    text = shop.make("layers", change.class_name, change.arguments, call)
    put_beside(shop, slot, text, before=change.before)


def put_beside(shop: EditContext, slot: Slot, text: str, *, before: bool) -> None:
    """Put a layer, as text, on one side of another."""
    if isinstance(slot, Element):
        items = list_items(shop.page, slot.container)
        put = items.insert_before if before else items.insert_after
        put(slot.place, [text], shop.edits)
    elif isinstance(slot, Line):
        line = f"{slot.receiver}.{slot.method}({text})"
        place = line_before if before else line_after
        place(shop.page, slot.statement, [line], shop.edits)
    elif before:
        _apply_before(shop, slot, text)
    else:
        _apply_after(shop, slot, text)


def remove_layer(shop: EditContext, change: RemoveLayer) -> None:
    """Apply a `RemoveLayer`; a layer that is not there is removed already."""
    if shop.located.layers.shaped or _gone(shop, change.layer):
        return
    slot = find_slot(shop, shop.located.layers.find(change.layer))
    if isinstance(slot, Element):
        list_items(shop.page, slot.container).remove(slot.place, shop.edits)
    elif isinstance(slot, Line):
        remove_statement(shop.page, slot.statement, shop.edits)
    else:
        given = slot.only_input()
        if slot.target is not None and dotted(given) == slot.target:
            remove_statement(shop.page, slot.statement, shop.edits)
            return
        start, end = shop.page.span(slot.outer)
        first, last = shop.page.outer_span(given)
        shop.edits.remove(start, first)
        shop.edits.remove(last, end)


def replace_layer(shop: EditContext, change: ReplaceLayer) -> None:
    """Apply a `ReplaceLayer`; a layer that is not there is replaced already."""
    if shop.located.layers.shaped or _gone(shop, change.layer):
        return
    call = shop.located.layers.find(change.layer)
    texts = [shop.make("layers", change.class_name, change.arguments, call)]
    kept = [
        shop.page.text(keyword)
        for keyword in call.keywords
        if keyword.arg in INPUT_ARGUMENTS and keyword.arg not in change.arguments
    ]
    if kept and _live_class(shop, change.layer) != "Embedding":
        glue = "" if not change.arguments else ", "
        texts = [f"{texts[0][:-1]}{glue}{', '.join(kept)})"]
    shop.replace(call, texts[0])


def _gone(shop: EditContext, name: str) -> bool:
    if not shop.located.layers.live:
        raise Refused("the layers of the model are not known")
    return not shop.located.layers.has(name)


def _live_class(shop: EditContext, name: str) -> str:
    return next((class_name(i.class_name) for i in shop.located.layers.live if i.name == name), "")


def _apply_after(shop: EditContext, slot: Applied, text: str) -> None:
    if slot.target is not None:
        line = f"{slot.target} = {text}({slot.target})"
        line_after(shop.page, slot.statement, [line], shop.edits)
    else:
        shop.edits.wrap(*shop.page.span(slot.outer), f"{text}(", ")")


def _apply_before(shop: EditContext, slot: Applied, text: str) -> None:
    given = slot.only_input()
    name = dotted(given)
    if slot.target is not None and name is not None and name != slot.target:
        others = [*slot.outer.args[1:], *(keyword.value for keyword in slot.outer.keywords)]
        if slot.target in {item for other in [*others, slot.outer.func] for item in reads(other)}:
            name = None
    if slot.target is None or name is None:
        shop.edits.wrap(*shop.page.outer_span(given), f"{text}(", ")")
        return
    line_before(shop.page, slot.statement, [f"{slot.target} = {text}({name})"], shop.edits)
    shop.replace(given, slot.target)


def _is_beside(shop: EditContext, slot: Slot, change: InsertLayer) -> bool:
    """Whether the layer to insert is there already."""
    return any(
        is_made(shop, node, change.class_name, change.arguments)
        for node in _neighbours(shop, slot, before=change.before)
    )


def _neighbours(shop: EditContext, slot: Slot, *, before: bool) -> list[ast.expr]:
    """Layers that stand directly on one side of a layer."""
    if isinstance(slot, Element):
        place = slot.place - 1 if before else slot.place + 1
        return slot.container.elts[place : place + 1] if place >= 0 else []
    value = getattr(shop.neighbour(slot.statement, -1 if before else 1), "value", None)
    found: list[ast.AST | None] = []
    if isinstance(slot, Line):
        found = list(value.args[:1]) if isinstance(value, ast.Call) else []
    else:
        inner = slot.outer.args[0] if slot.outer.args else None
        other = inner if before else shop.page.parents[slot.outer]
        found = [item.func for item in (value, other) if isinstance(item, ast.Call)]
    return [item for item in found if isinstance(item, ast.expr)]


def is_made(
    shop: EditContext, node: ast.expr, class_: str, arguments: Mapping[str, Scalar]
) -> bool:
    """Whether an expression makes a Keras object of a class with some arguments."""
    if not isinstance(node, ast.Call) or (shop.resolve(node.func) or "").split(".")[-1] != class_:
        return False
    given = {
        keyword.arg: keyword.value.value
        for keyword in node.keywords
        if isinstance(keyword.value, ast.Constant)
    }
    given |= {
        name: value.value
        for name, value in zip(parameters(class_) or (), node.args, strict=False)
        if isinstance(value, ast.Constant)
    }
    return all(name in given and given[name] == value for name, value in arguments.items())


def _named(name: str) -> Callable[[Step], bool]:
    return lambda step: step.layer is not None and step.layer.name == name


def _with_activation(
    run: TrainingRun, activation: object, wanted: Callable[[Head], bool]
) -> TrainingRun:
    """Return the run with the activation of some outputs another one."""
    if isinstance(run.model, Missing) or not isinstance(activation, str):
        return run
    heads = (replace(i, activation=activation) if wanted(i) else i for i in run.model.heads)
    return replace(run, model=replace(run.model, heads=tuple(heads)))


def _predict_setting(run: TrainingRun, change: SetLayerArgument) -> TrainingRun:
    name, argument, value, model = change.layer, change.argument, change.value, run.model
    if isinstance(model, Missing):
        return run
    activation = value if argument == "activation" and isinstance(value, str) else None
    units = value if argument in ("units", "filters") and isinstance(value, int) else None
    layers = (
        replace(
            item,
            config={**item.config, argument: value},
            activation=item.activation if activation is None else activation,
        )
        if item.name == name
        else item
        for item in model.layers
    )
    heads = (
        replace(head, units=head.units if units is None else units)
        if head.weights_layer == name
        else head
        for head in model.heads
    )
    run = replace(run, model=replace(model, layers=tuple(layers), heads=tuple(heads)))
    return _with_activation(run, activation, lambda head: head.activation_layer == name)


SET_LAYER_ARGUMENT = Kind(
    SetLayerArgument,
    text=set_layer_argument,
    live=lambda edits, change: edits.arguments.setdefault(change.layer, {}).update(
        {change.argument: change.value}
    ),
    describe=lambda change: say(
        "set {argument} of the layer {layer!r} to {value!r}",
        argument=change.argument,
        layer=change.layer,
        value=change.value,
    ),
    conflicts=lambda change, ends: Claims(
        sets=(
            *(ends_at(change.layer, ends) if change.argument in _SHAPING else ()),
            Claim(
                ("argument of a layer", change.layer, change.argument),
                say(
                    "{argument} of the layer {layer!r}",
                    argument=change.argument,
                    layer=change.layer,
                ),
            ),
        ),
        needs=(layer_class(change.layer),),
    ),
    predict=_predict_setting,
    follow=lambda plan, change: plan.with_argument(
        _named(change.layer), change.argument, change.value
    ),
)


def _insert(edits: LiveEdits, change: InsertLayer) -> None:
    side = edits.before if change.before else edits.after
    side.setdefault(change.beside, []).append(NewObject(change.class_name, change.arguments))


def _predict_insertion(run: TrainingRun, change: InsertLayer) -> TrainingRun:
    inner = isinstance(run.model, Missing) or any(
        change.beside in layer.inbound for layer in run.model.layers
    )
    if change.before or inner:
        return run
    activation = change.arguments.get("activation")
    return _with_activation(run, activation, lambda head: head.output == change.beside)


INSERT_LAYER = Kind(
    InsertLayer,
    text=insert_layer,
    live=_insert,
    describe=lambda change: beside(
        made(change.class_name, change.arguments), change.beside, before=change.before
    ),
    conflicts=lambda change, ends: Claims(
        sets=(
            *(() if change.before else ends_at(change.beside, ends)),
            Claim(
                ("new layer", change.class_name, change.beside, change.before),
                say("a new layer beside {layer!r}", layer=change.beside),
            ),
        ),
        needs=(layer_place(change.beside),),
    ),
    predict=_predict_insertion,
    follow=lambda plan, change: plan.with_layer(
        new_step(change.class_name, arguments=change.arguments),
        _named(change.beside),
        before=change.before,
    ),
)

REMOVE_LAYER = Kind(
    RemoveLayer,
    text=remove_layer,
    live=lambda edits, change: edits.removed.append(change.layer),
    describe=lambda change: say("remove the layer {layer!r}", layer=change.layer),
    conflicts=lambda change, ends: Claims(
        sets=(*ends_at(change.layer, ends), layer_place(change.layer)),
        voids=(layer_class(change.layer),),
    ),
    predict=lambda run, change: _with_activation(
        run, "linear", lambda head: head.activation_layer == change.layer
    ),
)

REPLACE_LAYER = Kind(
    ReplaceLayer,
    text=replace_layer,
    live=lambda edits, change: edits.replaced.update(
        {change.layer: NewObject(change.class_name, change.arguments)}
    ),
    describe=lambda change: say(
        "replace the layer {layer!r} by {new}",
        layer=change.layer,
        new=made(change.class_name, change.arguments),
    ),
    conflicts=lambda change, ends: Claims(
        sets=(*ends_at(change.layer, ends), layer_class(change.layer)),
        needs=(layer_place(change.layer),),
    ),
    predict=lambda run, change: _with_activation(
        run,
        change.arguments.get("activation"),
        lambda head: head.activation_layer == change.layer,
    ),
)
