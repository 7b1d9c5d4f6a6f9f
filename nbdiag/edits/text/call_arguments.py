"""Change the arguments of a call: by name, by place, or in the dictionary that it spreads."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from nbdiag.edits.text.arguments import arguments, call_items, dict_items
from nbdiag.edits.text.text_edits import Edits
from nbdiag.keras_api.renamed.arguments import OLDER
from nbdiag.syntax.model_trace import Tracer
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import ParsedCell
from nbdiag.syntax.text.scopes import dotted

_CHANGING = ("update", "pop", "setdefault", "clear", "__setitem__")


@dataclass
class CallEditor:
    """Collects the changes of one call's arguments.

    Attributes
    ----------
    order
        Positional parameters of what is called, None when they are unknown.
    """

    page: ParsedCell
    call: ast.Call
    order: Sequence[str] | None
    tracer: Tracer
    edits: Edits
    _added: dict[str, str] = field(default_factory=dict)
    _set: dict[str, str] = field(default_factory=dict)
    _removed: list[int] = field(default_factory=list)

    def get(self, name: str) -> ast.expr | None:
        """Return the value of an argument, None when it is not given.

        Raises
        ------
        Refused
            When that is not known.
        """
        found = self._named(name) or self._positional(name)
        if found is not None:
            return found
        for spread in self._spreads():
            entry = spread.get(name)
            if entry is not None:
                return entry
        return None

    def set(self, name: str, text: str) -> None:
        """Set an argument; it is added when it is not there."""
        if self._set.setdefault(name, text) != text:
            raise Refused("two of the changes set {name}", name=name)
        old = next((k for k in self.call.keywords if k.arg in OLDER.get(name, ())), None)
        if old is not None:
            start = self.page.span(old)[0]
            self.edits.replace(start, self.page.span(old.value)[1], f"{name}={text}")
            return
        value = self.get(name)
        if value is None:
            self._added[name] = text
        elif self.page.text(value) != text:
            self.edits.replace(*self.page.span(value), text)

    def remove(self, name: str) -> None:
        """Take an argument out."""
        given = arguments(self.page, self.call)
        for place, item in enumerate(given):
            if isinstance(item, ast.keyword) and item.arg == name:
                self._removed.append(place)
                return
        value = self._positional(name)
        if value is None:
            for spread in self._spreads():
                if spread.get(name) is not None:
                    spread.remove(name, self.edits)
            return
        last = value is self.call.args[-1] and not self.call.keywords
        if last:
            self._removed.append(len(self.call.args) - 1)
        else:
            self.edits.replace(*self.page.span(value), "None")

    def flush(self) -> None:
        """Write the arguments that were added, in the places of those removed if there are."""
        texts = [f"{name}={text}" for name, text in sorted(self._added.items())]
        items = call_items(self.page, self.call)
        for place in self._removed:
            if texts:
                self.edits.replace(*items.spans[place], texts.pop(0))
            else:
                items.remove(place, self.edits)
        spread = [
            place
            for place, item in enumerate(arguments(self.page, self.call))
            if isinstance(item, ast.keyword) and item.arg is None
        ]
        if spread and texts:
            items.insert_before(spread[0], texts, self.edits)
        else:
            items.append(texts, self.edits)

    def _named(self, name: str) -> ast.expr | None:
        names = (name, *OLDER.get(name, ()))
        return next((k.value for k in self.call.keywords if k.arg in names), None)

    def _positional(self, name: str) -> ast.expr | None:
        given = self.call.args
        if not given:
            return None
        if self.order is None:
            raise Refused("the arguments of {callee} have no names", callee=self._callee())
        if any(isinstance(item, ast.Starred) for item in given):
            raise Refused("arguments are spread from a list")
        if len(given) > len(self.order):
            raise Refused("{callee} has more arguments than are known", callee=self._callee())
        if name not in self.order:
            return None
        place = self.order.index(name)
        return given[place] if place < len(given) else None

    def _callee(self) -> str:
        return dotted(self.call.func) or "the call"

    def _spreads(self) -> list["_Spread"]:
        values = [keyword.value for keyword in self.call.keywords if keyword.arg is None]
        return [self._spread(value) for value in values]

    def _spread(self, value: ast.expr) -> "_Spread":
        key = dotted(value)
        if key is None:
            return _Spread(self.page, value)
        found = self.tracer.binding(key, self.call)
        if found is None or found[1] is None:
            raise Refused("**{key} cannot be read", key=key)
        for node in self.page.nodes:
            stored = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
            called = isinstance(node, ast.Attribute) and node.attr in _CHANGING
            if (stored or called) and dotted(node.value) == key:  # type: ignore[attr-defined]
                raise Refused("{key} is changed after it is made", key=key)
        users = [
            keyword
            for call in self.page.calls
            for keyword in call.keywords
            if keyword.arg is None and dotted(keyword.value) == key
        ]
        if len(users) > 1:
            raise Refused("**{key} is given to several calls", key=key)
        return _Spread(self.page, found[1])


class _Spread:
    """A dictionary written out, ``{"a": 1}`` or ``dict(a=1)``."""

    def __init__(self, page: ParsedCell, node: ast.expr) -> None:
        self.page, self.node = page, node
        made = isinstance(node, ast.Call) and dotted(node.func) == "dict" and not node.args
        if isinstance(node, ast.Dict):
            known = all(isinstance(key, ast.Constant) for key in node.keys)
        else:
            known = made and all(k.arg for k in node.keywords)  # type: ignore[attr-defined]
        if not known:
            raise Refused("the spread arguments cannot be read")

    def _entries(self) -> list[tuple[object, ast.expr]]:
        if isinstance(self.node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else None for key in self.node.keys]
            return list(zip(keys, self.node.values, strict=True))
        keywords = self.node.keywords if isinstance(self.node, ast.Call) else []
        return [(keyword.arg, keyword.value) for keyword in keywords]

    def get(self, name: str) -> ast.expr | None:
        """Return the value of an entry, None when there is none."""
        return next((value for key, value in self._entries() if key == name), None)

    def remove(self, name: str, edits: Edits) -> None:
        """Take an entry out."""
        place = [key for key, _ in self._entries()].index(name)
        if isinstance(self.node, ast.Dict):
            dict_items(self.page, self.node).remove(place, edits)
        elif isinstance(self.node, ast.Call):
            call_items(self.page, self.node).remove(place, edits)
