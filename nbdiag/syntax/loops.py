"""Which values an expression takes in the turns of the loops around it, and where they are written.

``for units in (64, 32): model.add(Dense(units))`` makes two layers with one call: its units are 64
and then 32.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, last_name
from nbdiag.syntax.origins import Origin, Origins
from nbdiag.syntax.text.parsed_cell import ParsedCell
from nbdiag.syntax.text.parsing import UnreadableError, parse_literal
from nbdiag.syntax.text.scopes import FUNCTIONS, binds, inside

_MOST = 1000
"""Turns that are followed; a loop of more makes no layers."""

Item = Origin | ast.expr | tuple["Item", ...]
"""What a loop gives in one turn: a value, an expression, or several of them."""
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_BRANCHES = (ast.If, ast.IfExp, ast.Try, ast.While, ast.Match, ast.AsyncFor)


@dataclass(frozen=True)
class _Loop:
    """What goes through a loop, and what it goes through."""

    target: ast.expr
    over: ast.expr


def values_by_turn(run: TrainingRun, node: ast.expr) -> tuple[Origin | None, ...] | None:
    """Find the value of an expression in each turn of the loops and comprehensions around it.

    Followed are lists, tuples and dictionaries that are written out, also under a name, ``range``,
    ``zip``, ``enumerate``, ``reversed`` and the items of a dictionary.

    Returns
    -------
    tuple[Origin | None, ...] | None
        One value outside any loop. A value is None where it is not written out, the whole is where
        the turns are not known: a loop that is left early, or a branch in it.
    """
    return _Turns(Origins(run)).values(node)


def argument_by_turn(
    run: TrainingRun, found: CellCall, place: int, *names: str
) -> tuple[Origin | None, ...] | None:
    """Find the values that a call is given for an argument, one for each turn of its loops."""
    node = found.argument(place, *names)
    return None if node is None else values_by_turn(run, node)


class _Turns:
    """Goes through the loops around a piece of the cells."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins

    def values(self, node: ast.expr) -> tuple[Origin | None, ...] | None:
        """Find the value of a node in each turn."""
        home = self._origins.home(node)
        loops = _loops_around(home[1], node) if home is not None else None
        if loops is None:
            return None
        turns: list[Mapping[str, Item]] = [{}]
        for loop in loops:
            found = [self._turns(loop, outer) for outer in turns]
            known = [items for items in found if items is not None]
            turns = [turn for items in known for turn in items]
            if len(known) < len(found) or len(turns) > _MOST:
                return None
        return tuple(self._value(node, turn) for turn in turns)

    def _turns(self, loop: _Loop, outer: Mapping[str, Item]) -> list[Mapping[str, Item]] | None:
        items = self._items(self._meaning(loop.over, outer), outer)
        bound = [_bound(loop.target, item) for item in items] if items is not None else [None]
        return (
            [{**outer, **item} for item in bound if item is not None] if None not in bound else None
        )

    def _meaning(self, node: Item, turn: Mapping[str, Item]) -> Item:
        """Follow a name to what it is in a turn, or to what the cells bind it to."""
        if isinstance(node, ast.Name) and node.id in turn:
            return turn[node.id]
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            found = self._origins.expression(node)
            return found[1] if found is not None else node
        return node

    def _items(self, over: Item, turn: Mapping[str, Item]) -> list[Item] | None:
        """List what a loop over an expression gives, None when that is not known."""
        if isinstance(over, tuple):
            return list(over)
        if isinstance(over, _DISPLAYS):
            return None if any(isinstance(e, ast.Starred) for e in over.elts) else list(over.elts)
        if isinstance(over, ast.Dict):
            pairs = self._pairs(over)
            return None if pairs is None else [key for key, _ in pairs]
        if not isinstance(over, ast.Call) or any(isinstance(a, ast.Starred) for a in over.args):
            return None
        if isinstance(over.func, ast.Attribute) and not over.args:
            return self._of_dictionary(over.func, turn)
        return self._of_function(over, turn)

    def _of_dictionary(self, method: ast.Attribute, turn: Mapping[str, Item]) -> list[Item] | None:
        whole = self._meaning(method.value, turn)
        pairs = self._pairs(whole) if isinstance(whole, ast.Dict) else None
        if pairs is None:
            return None
        if method.attr == "items":
            return list(pairs)
        place = {"keys": 0, "values": 1}.get(method.attr)
        return None if place is None else [pair[place] for pair in pairs]

    def _of_function(self, call: ast.Call, turn: Mapping[str, Item]) -> list[Item] | None:
        name = last_name(call)
        if name == "range" and not call.keywords:
            return self._range(call, turn)
        given = [self._items(self._meaning(item, turn), turn) for item in call.args]
        lists = [items for items in given if items is not None]
        if call.keywords or not lists or len(lists) < len(given):
            return None
        if name == "zip":
            return list(zip(*lists, strict=False))
        if len(lists) > 1:
            return None
        if name == "enumerate":
            return [(item, one) for item, one in zip(self._counted(call), lists[0], strict=False)]
        if name in ("list", "tuple"):
            return lists[0]
        return lists[0][::-1] if name == "reversed" else None

    def _range(self, call: ast.Call, turn: Mapping[str, Item]) -> list[Item] | None:
        found = [self._value(item, turn) for item in call.args]
        numbers = [item.value for item in found if item is not None and type(item.value) is int]
        home = self._origins.home(call)
        if home is None or not numbers or len(numbers) < len(call.args):
            return None
        try:
            counted = range(*numbers)
        except (TypeError, ValueError):
            return None
        return [Origin(home[0], call, n) for n in counted] if len(counted) <= _MOST else None

    def _counted(self, call: ast.Call) -> Iterator[Item]:
        home = self._origins.home(call)
        return (Origin(home[0], call, n) for n in range(_MOST)) if home is not None else iter(())

    @staticmethod
    def _pairs(whole: ast.Dict) -> list[tuple[Item, Item]] | None:
        keys = [key for key in whole.keys if key is not None]
        complete = len(keys) == len(whole.values)
        return list(zip(keys, whole.values, strict=True)) if complete else None

    def _value(self, node: Item, turn: Mapping[str, Item]) -> Origin | None:
        """Find what a node is in one turn."""
        if isinstance(node, Origin):
            return node
        if isinstance(node, tuple):
            return None
        if isinstance(node, ast.Name) and node.id in turn:
            return self._value(turn[node.id], {})
        if isinstance(node, ast.Subscript):
            whole = self._value(node.value, turn)
            try:
                value = whole.value[parse_literal(node.slice)] if whole else None  # type: ignore[index]
            except (UnreadableError, LookupError, TypeError):
                return None
            return replace(whole, value=value) if whole is not None else None
        read = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
        return None if read & set(turn) else self._origins.find(node)


def _bound(target: ast.expr, item: Item) -> dict[str, Item] | None:
    """Return what a turn gives to the names of a loop, None when that is not clear."""
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not isinstance(target, ast.Tuple | ast.List):
        return None
    parts: Iterable[Item] = item.elts if isinstance(item, ast.Tuple | ast.List) else ()
    parts = tuple(item if isinstance(item, tuple) else parts)
    if len(parts) != len(target.elts):
        return None
    found: dict[str, Item] = {}
    for one, part in zip(target.elts, parts, strict=True):
        bound = _bound(one, part)
        if bound is None:
            return None
        found |= bound
    return found


def _loops_around(page: ParsedCell, node: ast.AST) -> list[_Loop] | None:
    """List the loops around a node, the outer ones first; None when turns may be left out."""
    found: list[_Loop] = []
    inner = node
    for outer in page.above(node):
        if isinstance(outer, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            break
        if isinstance(outer, ast.For) and inner in outer.body:
            if not _is_regular(outer):
                return None
            found.append(_Loop(outer.target, outer.iter))
        elif isinstance(outer, _COMPREHENSIONS):
            if any(part.ifs or part.is_async for part in outer.generators):
                return None
            # What one part goes through sees the names of the parts before it.
            seen = outer.generators.index(inner) if isinstance(inner, ast.comprehension) else None
            found += [_Loop(part.target, part.iter) for part in outer.generators[:seen][::-1]]
        elif isinstance(outer, _BRANCHES):
            return None
        inner = outer
    return found[::-1]


def _is_regular(loop: ast.For) -> bool:
    """Whether a loop goes through all turns, with its names as it gives them."""
    parts = [part for statement in loop.body for part in inside(statement)]
    left = any(isinstance(part, ast.Break | ast.Continue | ast.Return) for part in parts)
    return not left and not binds(loop.target) & {n for item in loop.body for n in binds(item)}
