"""The text that defines the model: its class, its first layer, its Input."""

import ast
from dataclasses import dataclass
from typing import Literal

from nbdiag.edits.context import EditContext
from nbdiag.schema.missing import Missing
from nbdiag.syntax.model_trace import argument, inside_function
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import Function, dotted

_DEPTH = 20


@dataclass(frozen=True)
class Entry:
    """A layer of a Sequential model with the list or the statement that puts it in."""

    layer: ast.expr
    container: ast.List | ast.Tuple | None = None
    statement: ast.stmt | None = None
    receiver: str = ""


@dataclass(frozen=True)
class Definition:
    """The call that makes the model."""

    kind: Literal["sequential", "functional"]
    call: ast.Call

    def entries(self, shop: EditContext) -> list[Entry]:
        """Return the layers that are known to come first, in order."""
        elements = argument(self.call, 0, "layers")
        if elements is not None and (key := dotted(elements)):
            found = shop.located.tracer.binding(key, self.call)
            elements = found[1] if found else None
        if elements is not None and not isinstance(elements, ast.List | ast.Tuple):
            raise Refused("the list of layers cannot be read")
        listed = elements.elts if elements is not None else []
        if listed and isinstance(listed[0], ast.Starred):
            raise Refused("the list of layers cannot be read")
        found_entries = [Entry(item, container=elements) for item in listed]
        return found_entries or self._added(shop)

    def _added(self, shop: EditContext) -> list[Entry]:
        statement = shop.page.statement(self.call)
        names = {
            dotted(target)
            for target in (statement.targets if isinstance(statement, ast.Assign) else ())
        } - {None}
        tracer = shop.located.tracer
        scope, start = tracer.scope(self.call), shop.page.span(self.call)[1]
        entries: list[Entry] = []
        for call in shop.page.calls:
            function = call.func
            added = isinstance(function, ast.Attribute) and function.attr == "add"
            if not added or not isinstance(function, ast.Attribute) or len(call.args) != 1:
                continue
            receiver = dotted(function.value)
            behind = shop.page.span(call)[0] > start and tracer.scope(call) is scope
            if receiver not in names or receiver is None or not behind:
                continue
            line = shop.page.statement(call)
            if shop.page.parents[line] is not shop.page.parents[statement]:
                if not entries:
                    raise Refused("the first layer is added in a loop or a branch")
                break
            entries.append(Entry(call.args[0], statement=line, receiver=receiver))
        return entries

    def input(self, shop: EditContext) -> tuple[str, ast.stmt]:
        """Return the name of the model's only Input and the statement that makes it."""
        node = self._inputs()
        key = dotted(node)
        found = shop.located.tracer.binding(key, self.call) if key else None
        value = found[1] if found else None
        path = shop.resolve(value.func) if isinstance(value, ast.Call) else None
        if key is None or found is None or path not in ("layers.Input", "layers.InputLayer"):
            raise Refused("the Input of the model cannot be found")
        return key, found[0]

    def _inputs(self) -> ast.expr:
        node = argument(self.call, 0, "inputs") or argument(self.call, 0, "input")
        if isinstance(node, ast.List | ast.Tuple) and len(node.elts) == 1:
            node = node.elts[0]
        if node is None or isinstance(node, ast.List | ast.Tuple | ast.Dict):
            raise Refused("the model has several inputs")
        return node

    def is_inputs(self, shop: EditContext, node: ast.AST) -> bool:
        """Whether a node is in the argument ``inputs`` of the model."""
        inputs = self._inputs()
        return node is inputs or inputs in set(shop.page.above(node))


def find_definition(shop: EditContext) -> Definition:
    """Find the call that makes the watched model.

    Raises
    ------
    Refused
        When it is not found, or is a custom class.
    """
    model = shop.run.model
    if not isinstance(model, Missing):
        call = shop.located.at(model.site)
        found = _definition(shop, call) if call is not None else None
        if found is not None:
            shop.located.check_once(found.call)
            return found
    function = shop.located.fit.func
    node: ast.expr | None = function.value if isinstance(function, ast.Attribute) else None
    for _ in range(_DEPTH):
        if isinstance(node, ast.Call):
            found = _definition(shop, node)
            if found is not None:
                shop.located.check_once(found.call)
                return found
            node = _returned(shop, node)
        elif node is not None and (key := dotted(node)):
            bound = shop.located.tracer.binding(key, node)
            node = bound[1] if bound else None
        else:
            break
    raise Refused("the code that makes the model cannot be found")


def _definition(shop: EditContext, call: ast.Call) -> Definition | None:
    path = shop.resolve(call.func)
    if path == "models.Sequential":
        return Definition("sequential", call)
    return Definition("functional", call) if path == "models.Model" else None


def _returned(shop: EditContext, call: ast.Call) -> ast.expr | None:
    """Return what the called function returns, None when that is not one expression."""
    name = dotted(call.func)
    functions = [
        node for node in shop.page.nodes if isinstance(node, Function) and node.name == name
    ]
    if not functions:
        return None
    returns = [node for node in inside_function(functions[-1]) if isinstance(node, ast.Return)]
    return returns[0].value if len(returns) == 1 else None
