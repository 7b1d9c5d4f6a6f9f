"""Changes of calls in the text, for cells whose model was never built."""

import ast
import re

from nbdiag.edits.changes.aspects import Kind, as_it_is, beside, made, of_text
from nbdiag.edits.changes.claims import Claim, Claims, compile_call
from nbdiag.edits.changes.layers import put_beside
from nbdiag.edits.context import EditContext
from nbdiag.edits.location.calls import receiver
from nbdiag.edits.text.layer_position import Applied, Element, Line, Slot, find_slot
from nbdiag.edits.text.statements import line_before
from nbdiag.facts.crash.plan import new_step
from nbdiag.keras_api.layers import class_name
from nbdiag.language import say
from nbdiag.schema.changes import (
    AddCompile,
    Call,
    CallOfKeras,
    InsertBesideCall,
    SetCallArgument,
    WriteInPlace,
)
from nbdiag.syntax.calls import last_name, name_in
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.nodes import is_bound
from nbdiag.syntax.values import literal_of

_OF_SIZES = ("reshape", "transpose")


def find_call(shop: EditContext, wanted: Call) -> ast.Call:
    """Find a call in the text.

    Raises
    ------
    Refused
        When it is not where it was, and not the only one of its name either.
    """
    composed = shop.located.composed
    origin = composed.origins.get(wanted.cell)
    named = [
        call
        for call in shop.page.calls
        if wanted.name in (last_name(call), name_in(composed.names, call))
    ]
    if origin is not None and wanted.line <= origin.source.count("\n") + 1:
        start = origin.offset(wanted.line, wanted.column)
        for cell, first, last, new in composed.moved:
            if cell == wanted.cell and first <= start <= last:
                place = start - first + new
                found = [call for call in named if shop.page.span(call)[0] == place]
                if found:
                    return min(found, key=lambda call: shop.page.span(call)[1])
    if len(named) == 1:
        return named[0]
    raise Refused("the call of {name} is no longer where it was", name=wanted.name)


def set_call_argument(shop: EditContext, change: SetCallArgument) -> None:
    """Apply a `SetCallArgument`."""
    call = find_call(shop, change.call)
    if change.argument:
        shop.located.check_once(call)
    else:
        # What a block is given by its own names is right for each of its calls.
        if not call.args:
            raise Refused("the layer is given nothing by its place")
        shop.replace(call.args[0], change.code)
        return
    called = name_in(shop.located.composed.names, call)
    shop.editor(call, class_name(called)).set(change.argument, change.code)


def write_in_place(shop: EditContext, change: WriteInPlace) -> None:
    """Apply a `WriteInPlace`."""
    span = shop.located.composed.place(change.site)
    if span is None or shop.page.source[slice(*span)] != change.was:
        raise Refused("the text is no longer what it was")
    shop.edits.replace(*span, change.code)


def call_of_keras(shop: EditContext, change: CallOfKeras) -> None:
    """Apply a `CallOfKeras`."""
    call = find_call(shop, change.call)
    name = shop.speller.keras("ops", change.name, call)
    if change.method and isinstance(call.func, ast.Attribute):
        _method_to_function(shop, call, call.func, name)
    else:
        shop.replace(call.func, name)


def _method_to_function(
    shop: EditContext, call: ast.Call, method: ast.Attribute, name: str
) -> None:
    """Write ``x.f(a)`` as ``f(x, a)``; several sizes that a method takes become one tuple."""
    start, end = shop.page.outer_span(method.value)
    first, last = shop.page.span(call)
    inside = shop.page.source[shop.page.span(method)[1] : last].strip()[1:-1].strip()
    if method.attr in _OF_SIZES and len(call.args) > 1:
        inside = f"({inside})"
    if any(mark in shop.page.source[first:last] for mark in "#\n"):
        raise Refused("the call has several lines")
    shop.edits.wrap(start, end, f"{name}(", "")
    shop.edits.replace(end, last, f", {inside})" if inside else ")")


def insert_beside_call(shop: EditContext, change: InsertBesideCall) -> None:
    """Apply an `InsertBesideCall`."""
    call = shop.located.check_once(find_call(shop, change.call))
    slot = find_slot(shop, call)
    beside = _beside(shop, slot, before=change.before)
    if beside is not None and last_name(beside) == change.class_name:
        return
    if change.arguments:
        text = shop.make("layers", change.class_name, change.arguments, call)
    else:
        name = shop.speller.keras("layers", change.class_name, call)
        text = f"{name}({written(change.values)})"
    put_beside(shop, slot, text, before=change.before)


def written(values: tuple[int, ...]) -> str:
    """Write a tuple of whole numbers, "" for an empty one."""
    return repr(tuple(values)) if values else ""


def _beside(shop: EditContext, slot: Slot, *, before: bool) -> ast.Call | None:
    """Return the call that makes the layer on one side of a layer."""
    if isinstance(slot, Element):
        place = slot.place - 1 if before else slot.place + 1
        near = slot.container.elts[place : place + 1] if place >= 0 else []
        return near[0] if near and isinstance(near[0], ast.Call) else None
    value = getattr(shop.neighbour(slot.statement, -1 if before else 1), "value", None)
    if not isinstance(value, ast.Call):
        return None
    if isinstance(slot, Line):
        return value.args[0] if value.args and isinstance(value.args[0], ast.Call) else None
    return value.func if isinstance(slot, Applied) and isinstance(value.func, ast.Call) else None


def add_compile(shop: EditContext, change: AddCompile) -> None:
    """Apply an `AddCompile`."""
    name = receiver(shop.located.fit)
    if name is None:
        raise Refused("the model that is trained has no name")
    if any(last_name(call) == "compile" and receiver(call) == name for call in shop.page.calls):
        return
    given = [f"optimizer={shop.write(change.optimizer)}", f"loss={shop.write(change.loss)}"]
    if change.metrics:
        given.append(f"metrics=[{', '.join(shop.write(item) for item in change.metrics)}]")
    statement = _outside_loops(shop, shop.page.statement(shop.located.fit), name)
    line_before(shop.page, statement, [f"{name}.compile({', '.join(given)})"], shop.edits)


def _outside_loops(shop: EditContext, statement: ast.stmt, name: str) -> ast.stmt:
    """Return the outermost loop around a statement in which a model is not made.

    A model that is compiled in each round forgets what its optimizer knows.
    """
    for above in shop.page.above(statement):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            break
        if isinstance(above, ast.For | ast.While):
            if name in {node.id for node in ast.walk(above) if is_bound(node)}:
                break
            statement = above
    return statement


SET_CALL_ARGUMENT = Kind(
    SetCallArgument,
    text=set_call_argument,
    live=of_text,
    describe=lambda change: say(
        "set {argument} of {call} to {code}",
        argument=change.argument or say("the first argument"),
        call=change.call.name,
        code=change.code,
    ),
    conflicts=lambda change, _: Claims(
        sets=(
            Claim(
                ("argument of a call", change.call, change.argument),
                say("{argument} of {call}", argument=change.argument, call=change.call.name),
            ),
        )
    ),
    predict=as_it_is,
    follow=lambda plan, change: plan.with_argument(
        lambda step: step.call == change.call, change.argument, literal_of(change.code)
    ),
)

CALL_OF_KERAS = Kind(
    CallOfKeras,
    text=call_of_keras,
    live=of_text,
    describe=lambda change: say(
        "call keras.ops.{new} instead of {old}", new=change.name, old=change.call.name
    ),
    conflicts=lambda change, _: Claims(
        sets=(Claim(("call", change.call), say("the call of {name}", name=change.call.name)),)
    ),
    predict=as_it_is,
)

INSERT_BESIDE_CALL = Kind(
    InsertBesideCall,
    text=insert_beside_call,
    live=of_text,
    describe=lambda change: beside(
        f"{change.class_name}({written(change.values)})"
        if change.values
        else made(change.class_name, change.arguments),
        change.call.name,
        before=change.before,
    ),
    conflicts=lambda change, _: Claims(
        sets=(
            Claim(
                ("layer beside a call", change.call, change.before),
                say("a new layer beside {layer!r}", layer=change.call.name),
            ),
        )
    ),
    predict=as_it_is,
    follow=lambda plan, change: plan.with_layer(
        new_step(change.class_name, change.values, change.arguments),
        lambda step: step.call == change.call,
        before=change.before,
    ),
)

ADD_COMPILE = Kind(
    AddCompile,
    text=add_compile,
    live=of_text,
    describe=lambda change: say(
        "call {call} before fit",
        call=made("compile", {"optimizer": change.optimizer, "loss": change.loss}),
    ),
    conflicts=lambda _, __: Claims(sets=(compile_call(),)),
    predict=as_it_is,
)

WRITE_IN_PLACE = Kind(
    WriteInPlace,
    text=write_in_place,
    live=of_text,
    describe=lambda change: (
        say(
            "write {code} for {was} in line {line}",
            code=change.code,
            was=change.was,
            line=change.site.line,
        )
        if change.was
        else say("insert {code} in line {line}", code=change.code.strip(), line=change.site.line)
    ),
    conflicts=lambda change, _: Claims(
        sets=(Claim(("text", change.site), say("the text of line {line}", line=change.site.line)),)
        if change.was
        else ()
    ),
    predict=as_it_is,
    # Names and calls are not what a sample becomes; arrays made again are others than those known.
    follow=lambda plan, change: (
        None if plan.arrays & set(re.findall(r"\w+", change.code)) else plan
    ),
)
