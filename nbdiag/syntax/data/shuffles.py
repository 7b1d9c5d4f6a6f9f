"""Which arrays of a session were shuffled by themselves, read from the text of its cells."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of, text_of
from nbdiag.syntax.calls import imported_name, statements

_SHUFFLING = ("permutation", "shuffle", "permuted")
_SEEDING = ("seed", "set_state", "RandomState", "default_rng", "Random", "set_random_seed")
_ALONE = 1


@dataclass(frozen=True)
class Torn:
    """Inputs and labels of which one was put in another order.

    Attributes
    ----------
    shuffled, left
        Names of the array that was shuffled, and of the one that was not with it.
    code
        The statement that did it.
    both
        Whether the other one was shuffled, too, but by a separate draw.
    changes
        What gives both one order instead: the lines are in these places.
    """

    shuffled: str
    left: str
    code: str
    both: bool = False
    changes: tuple[WriteInPlace, ...] = ()


def shuffled_alone(run: TrainingRun) -> Torn | None:
    """Find a statement that shuffles the inputs or the labels alone, after both were made."""
    cells = (*run.earlier, run.cell)
    # To read a long notebook takes a third of a second, and most shuffle nothing by themselves.
    if not any(_shuffled(node) for node in _read(cells, _SHUFFLING)):
        return None
    pair = _pair(_read(cells, ("fit", "train_test_split")))
    if pair is None:
        return None
    script = _read(cells, (*_SHUFFLING, *_SEEDING, *pair))
    seen: dict[str, tuple[int, ast.stmt]] = {}
    for place, node in enumerate(script):
        name = _shuffled(node)
        if name in pair:
            seen[name] = (place, node)
        elif _assigned(node) & set(pair):
            seen.clear()  # made or paired again: what came before is over
    if not seen:
        return None
    first = min(seen, key=lambda name: seen[name][0])
    other = pair[1] if first == pair[0] else pair[0]
    code = ast.unparse(seen[first][1])
    changes = _one_order(run, cells, [node for _, node in seen.values()], first, other)
    if len(seen) == _ALONE:
        return Torn(first, other, code, changes=changes)
    between = script[seen[first][0] + 1 : seen[other][0] + 1]
    if any(_name(call) in _SEEDING for node in between for call in _calls(node)):
        return None
    return Torn(first, other, code, both=True, changes=changes)


def _one_order(
    run: TrainingRun, cells: Sequence[Cell], found: list[ast.stmt], first: str, other: str
) -> tuple[WriteInPlace, ...]:
    """Write a permutation of both in the place of the first shuffle, and take out the other."""
    homes = [next((c for c in cells if node in statements(c)), None) for node in found]
    numpy = imported_name(run, "numpy")
    if not numpy or any(home is None for home in homes):
        return ()
    draw = f"order = {numpy}.random.default_rng(0).permutation(len({first}))"
    lines = f"{draw}\n{first}, {other} = {first}[order], {other}[order]"
    texts = [lines, *[""] * (len(found) - 1)]
    return tuple(
        WriteInPlace(site_of(home, node), text_of(home, node), text)
        for home, node, text in zip(homes, found, texts, strict=True)
        if home is not None
    )


def _read(cells: Sequence[Cell], words: Sequence[str]) -> list[ast.stmt]:
    """Return the statements of the cells that contain one of the words."""
    return [
        node
        for cell in cells
        if any(word in cell.source for word in words)
        for node in statements(cell)
    ]


def _pair(script: list[ast.stmt]) -> tuple[str, str] | None:
    """Names of inputs and labels in the last fit, or in the split that made them."""
    made = {
        tuple(sorted(_assigned(node))): _names(call)
        for node in script
        for call in _calls(node)
        if _name(call) == "train_test_split"
    }
    for node in reversed(script):
        for call in _calls(node):
            names = _names(call)
            if _name(call) != "fit" or len(names) < 2:  # noqa: PLR2004 - inputs and labels
                continue
            x, y = names[:2]
            for targets, sources in made.items():
                if x in targets and y in targets and len(sources) > 1:
                    x, y = sources[:2]
            return None if x == y else (x, y)
    return None


def _names(call: ast.Call) -> list[str]:
    given = [*call.args]
    if not given:
        words = {word.arg: word.value for word in call.keywords}
        given = [words[name] for name in ("x", "y") if name in words]
    found = [_base(item) for item in given[:2]]
    return [name for name in found if name]


def _base(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _shuffled(node: ast.stmt) -> str:
    """Return the array that a statement shuffles by itself, "" when it shuffles none."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        alone = _name(call) == "shuffle" and isinstance(call.func, ast.Attribute)
        return _base(call.args[0]) if alone and len(call.args) == _ALONE else ""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return ""
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
        return ""
    drawn = _name(value) in _SHUFFLING and value.args
    own = drawn and _base(value.args[0]) == target.id
    others = [item for item in value.args[1:] if isinstance(item, ast.Name)]
    seeded = any(word.arg == "random_state" for word in value.keywords)
    return target.id if own and not others and not seeded else ""


def _assigned(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {
        item.id for target in targets for item in ast.walk(target) if isinstance(item, ast.Name)
    }


def _calls(node: ast.stmt) -> Iterator[ast.Call]:
    yield from (item for item in ast.walk(node) if isinstance(item, ast.Call))


def _name(call: ast.Call) -> str:
    place = call.func
    return place.attr if isinstance(place, ast.Attribute) else getattr(place, "id", "")
