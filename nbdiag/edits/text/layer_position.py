"""How a layer is put into its model: list element, ``.add`` line, or call on a tensor."""

import ast
from dataclasses import dataclass

from nbdiag.edits.context import EditContext
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import dotted


@dataclass(frozen=True)
class Element:
    """An element of the list that a Sequential model is made of."""

    container: ast.List | ast.Tuple
    place: int


@dataclass(frozen=True)
class Line:
    """A statement ``model.add(layer)``."""

    statement: ast.stmt
    receiver: str
    method: str


@dataclass(frozen=True)
class Applied:
    """A call ``layer(x)``.

    Attributes
    ----------
    outer
        The call on the tensor.
    target
        The one name to which its value goes, None when it goes elsewhere.
    """

    statement: ast.stmt
    outer: ast.Call
    target: str | None

    def only_input(self) -> ast.expr:
        """Return the tensor on which the layer is called."""
        given = self.outer.args
        if len(given) != 1 or self.outer.keywords or isinstance(given[0], ast.List | ast.Tuple):
            raise Refused("the layer takes more than one tensor")
        return given[0]


Slot = Element | Line | Applied


def find_slot(shop: EditContext, layer: ast.expr) -> Slot:
    """Find how a layer is put into its model.

    Raises
    ------
    Refused
        When it is done in another way, or in several places.
    """
    page = shop.page
    parent = page.parents[layer]
    if isinstance(parent, ast.Call) and parent.func is layer:
        return _applied(shop, parent)
    if isinstance(parent, ast.List | ast.Tuple) and layer in parent.elts:
        if _goes_into_sequential(shop, parent):
            return Element(parent, parent.elts.index(layer))
    elif isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
        grand = page.parents[parent]
        receiver = dotted(parent.func.value)
        known = parent.func.attr in ("add", "append") and parent.args == [layer]
        if known and receiver and isinstance(grand, ast.Expr):
            return Line(grand, receiver, parent.func.attr)
    elif isinstance(parent, ast.Call):
        path = shop.resolve(parent.func) or ""
        if path.startswith("layers.") and layer in parent.args:
            return find_slot(shop, parent)
    elif isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        return _used(shop, parent)
    raise Refused("the layer is put into the model in a way that cannot be read")


def _applied(shop: EditContext, outer: ast.Call) -> Applied:
    statement = shop.page.statement(outer)
    function = shop.page.function(outer)
    if function is not None and function.name in ("call", "__call__"):
        raise Refused("the layer is called in a method of the model")
    target = None
    if isinstance(statement, ast.Assign) and statement.value is outer:
        names = [dotted(item) for item in statement.targets]
        target = names[0] if len(names) == 1 else None
    return Applied(statement, outer, target)


def _used(shop: EditContext, assignment: ast.Assign) -> Slot:
    """Find where a layer that is kept in a variable is put in."""
    key = dotted(assignment.targets[0])
    uses = [
        node
        for node in shop.page.nodes
        if isinstance(node, ast.Name | ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and dotted(node) == key
    ]
    if key is None or len(uses) != 1:
        raise Refused("the layer {key} is used in {count} places", key=key or "", count=len(uses))
    return find_slot(shop, uses[0])


def _goes_into_sequential(shop: EditContext, node: ast.List | ast.Tuple) -> bool:
    parent = shop.page.parents[node]
    if isinstance(parent, ast.keyword):
        parent = shop.page.parents[parent]
    if isinstance(parent, ast.Call):
        return shop.resolve(parent.func) == "models.Sequential"
    if isinstance(parent, ast.Assign):
        keys = {dotted(target) for target in parent.targets} - {None}
        return any(
            shop.resolve(call.func) == "models.Sequential"
            and any(dotted(item) in keys for item in call.args)
            for call in shop.page.calls
        )
    return False
