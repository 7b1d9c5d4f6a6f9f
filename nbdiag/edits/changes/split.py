"""Both sides of a split that the user made: distribute the samples again, or drop duplicates."""

import ast
from collections import Counter
from dataclasses import dataclass
from typing import Any

from nbdiag.edits.changes.aspects import Kind, as_it_is
from nbdiag.edits.changes.claims import Claims, adapted_samples, split_sides
from nbdiag.edits.context import EditContext
from nbdiag.edits.live.edits import CannotRebuild, Deal, LiveEdits
from nbdiag.edits.text.statements import line_before
from nbdiag.language import say
from nbdiag.schema.changes import DropShared, SplitAnew
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.scopes import binds, changes, dotted, reads, stored

_PAIR = 2
_ARRAYS = ("numpy", "tensor", "pandas")
_MIXED, _UNSHARED = "_mixed", "_unshared"


@dataclass(frozen=True)
class _Sides:
    """The expressions that the watched fit is given: inputs and labels of both sides.

    Attributes
    ----------
    pair
        The variable that keeps the validation data, None when they are written out in fit.
    """

    x: ast.expr
    y: ast.expr
    x_val: ast.expr
    y_val: ast.expr
    pair: ast.expr | None = None

    @property
    def every(self) -> tuple[ast.expr, ...]:
        """All four."""
        return self.x, self.y, self.x_val, self.y_val

    def done(self, ending: str) -> bool:
        """Whether lines that a change writes have made one of the sides already."""
        return any((dotted(item) or "").endswith(ending) for item in (self.x, self.x_val))


def split_again(shop: EditContext, change: SplitAnew) -> None:
    """Apply a `SplitAnew`: the user's ``train_test_split`` shuffles, or lines above fit do."""
    sides = _find(shop)
    if sides.done(_MIXED):
        return
    _check(shop, sides)
    call = _splitter(shop, sides)
    if call is not None:
        _shuffle(shop, call, sides, change)
        return
    _check_shapes(shop, sides)
    numpy = shop.speller.numpy(shop.located.fit)
    x, y, x_val, y_val = map(shop.page.text, sides.every)
    new = _names(shop, sides, _MIXED)
    taken = _Fresh(shop)
    x_all, y_all, order = taken.name("x_all"), taken.name("y_all"), taken.name("order")
    held_out = taken.name("held_out")
    pools = f"{numpy}.concatenate([{x}, {x_val}]), {numpy}.concatenate([{y}, {y_val}])"
    lines = [
        f"{x_all}, {y_all} = {pools}",
        f"{order} = {numpy}.random.default_rng({change.seed}).permutation(len({x_all}))",
    ]
    if change.stratify:
        by_class = taken.name("by_class")
        classes, stable = _classes(shop, f"{y_all}[{order}]"), shop.write("stable")
        lines += [
            f"{by_class} = {order}[{numpy}.argsort({classes}, kind={stable})]",
            (
                f"{held_out} = {by_class}[{numpy}.linspace(0, len({by_class}) - 1, len({x_val}))"
                ".astype(int)]"
            ),
            f"{order} = {order}[~{numpy}.isin({order}, {held_out})]",
        ]
    else:
        lines.append(f"{held_out}, {order} = {order}[: len({x_val})], {order}[len({x_val}) :]")
    lines += [
        f"{new[0]}, {new[1]} = {x_all}[{order}], {y_all}[{order}]",
        f"{new[2]}, {new[3]} = {x_all}[{held_out}], {y_all}[{held_out}]",
    ]
    line_before(shop.page, shop.page.statement(shop.located.fit), lines, shop.edits)
    _replace_all(shop, sides, dict(zip(sides.every, new, strict=True)))


def drop_shared(shop: EditContext, change: DropShared) -> None:
    """Apply a `DropShared`: lines above fit keep the rows that the other side does not have."""
    sides = _find(shop)
    if sides.done(_UNSHARED):
        return
    _check(shop, sides)
    numpy = shop.speller.numpy(shop.located.fit)
    new = _names(shop, sides, _UNSHARED)
    taken = _Fresh(shop)
    other, kept = taken.name("other_side"), taken.name("kept")
    if change.side == "validation":
        named = {sides.x_val: new[2], sides.y_val: new[3]}
        own, opposite = sides.x_val, sides.x
    else:
        named = {sides.x: new[0], sides.y: new[1]}
        own, opposite = sides.x, sides.x_val
    row = "row" if all("row" not in reads(item) for item in sides.every) else taken.name("row")
    rows = f"for {row} in {_as_array(shop, own, numpy)}"
    texts = {name: f"{_operand(shop, node, numpy)}[{kept}]" for node, name in named.items()}
    lines = [
        f"{other} = {{{row}.tobytes() for {row} in {_as_array(shop, opposite, numpy)}}}",
        f"{kept} = {numpy}.array([{row}.tobytes() not in {other} {rows}])",
        f"{', '.join(texts)} = {', '.join(texts.values())}",
    ]
    line_before(shop.page, shop.page.statement(shop.located.fit), lines, shop.edits)
    _replace_all(shop, sides, named)


def _find(shop: EditContext) -> _Sides:
    """Find the four arrays that fit is given."""
    x, y = shop.fit.get("x"), shop.fit.get("y")
    if x is None or y is None:
        raise Refused("fit takes its samples from a data set or a generator")
    validation = shop.fit.get("validation_data")
    pair, key = None, dotted(validation) if validation is not None else None
    if key is not None:
        found = shop.located.tracer.binding(key, shop.located.fit)
        pair, validation = validation, found[1] if found else None
    if not isinstance(validation, ast.Tuple | ast.List) or len(validation.elts) != _PAIR:
        raise Refused("the validation data are not written as a pair")
    if pair is not None and not _is_still(shop, validation):
        raise Refused("{key} was made of other arrays", key=key)
    x_val, y_val = validation.elts
    return _Sides(x, y, x_val, y_val, pair)


def _is_still(shop: EditContext, value: ast.expr) -> bool:
    """Whether a value that was made above fit would be the same at fit."""
    start, end = shop.page.span(value)[0], shop.page.span(shop.located.fit)[0]
    tracer = shop.located.tracer
    return tracer.scope(value) is tracer.scope(shop.located.fit) and not any(
        isinstance(node, ast.stmt)
        and start < shop.page.span(node)[0] < end
        and (binds(node) | changes(node)) & reads(value)
        for node in shop.page.nodes
    )


def _check(shop: EditContext, sides: _Sides) -> None:
    """Refuse sides whose rows cannot be moved with certainty."""
    fit, page = shop.located.fit, shop.page
    if shop.run.fit.input_kind not in _ARRAYS:
        raise Refused("the samples are not in one array")
    if any(isinstance(item, ast.Dict | ast.List | ast.Tuple) for item in sides.every):
        raise Refused("there are several inputs or outputs to take samples from")
    if shop.run.fit.sample_weight or shop.fit.get("sample_weight") is not None:
        raise Refused("the samples have weights")
    if page.text(sides.x) == page.text(sides.x_val) or page.text(sides.y) == page.text(sides.y_val):
        raise Refused("both sides are given the same array")
    scope = shop.located.tracer.scope
    if any(scope(call) is not scope(fit) for call in shop.located.uses):
        raise Refused("fit and evaluate are called in different functions")
    roots = {name for item in sides.every for name in reads(item)}
    start = page.span(page.statement(fit))[0]
    for node in page.nodes:
        late = isinstance(node, ast.stmt) and page.span(node)[0] > start
        if late and scope(node) is scope(fit) and binds(node) & roots:
            names = ", ".join(sorted(binds(node) & roots))
            raise Refused("{names} is assigned again after fit", names=names)


def _check_shapes(shop: EditContext, sides: _Sides) -> None:
    """Refuse sides that cannot be put together."""
    if shop.page.text(sides.x) == shop.page.text(sides.y):
        raise Refused("the labels are the inputs")
    data = shop.run.data
    for mine, its in ((data.inputs, data.validation_inputs), (data.labels, data.validation_labels)):
        if mine and its and mine[0].shape != its[0].shape:
            raise Refused("the samples of both sides have different shapes")


def _splitter(shop: EditContext, sides: _Sides) -> ast.Call | None:
    """Return the call of ``train_test_split`` that has made all four arrays."""
    found = set()
    for item in sides.every:
        key = dotted(item)
        bound = shop.located.tracer.binding(key, shop.located.fit) if key else None
        if bound is None:
            return None
        found.add(bound[0])
    statement = found.pop()
    call = statement.value if isinstance(statement, ast.Assign) else None
    if found or not isinstance(call, ast.Call):
        return None
    return call if (dotted(call.func) or "").split(".")[-1] == "train_test_split" else None


def _shuffle(shop: EditContext, call: ast.Call, sides: _Sides, change: SplitAnew) -> None:
    """Let scikit-learn's own split shuffle, class by class."""
    editor = shop.editor(call, "train_test_split")
    if editor.get("shuffle") is not None:
        shop.assign(editor, "shuffle", value=True)
    if editor.get("random_state") is None:
        shop.assign(editor, "random_state", change.seed)
    if not change.stratify or not _can_stratify(shop):
        return
    given = editor.get("stratify")
    if given is not None and not (isinstance(given, ast.Constant) and given.value is None):
        return
    statement = shop.page.statement(call)
    targets = statement.targets[0] if isinstance(statement, ast.Assign) else None
    names = [dotted(item) for item in targets.elts] if isinstance(targets, ast.Tuple) else []
    if names.count(dotted(sides.y)) != 1 or len(names) != _PAIR * len(call.args):
        raise Refused("it is not clear which array holds the labels")
    labels = call.args[names.index(dotted(sides.y)) // _PAIR]
    editor.set("stratify", shop.page.text(labels))


def _can_stratify(shop: EditContext) -> bool:
    """Whether scikit-learn finds two rows of every class, and a validation row for each."""
    data = shop.run.data
    every = (*data.labels, *data.validation_labels)
    counts: Counter[int] = Counter()
    for stats in every:
        for key, share in (stats.shares or {}).items():
            counts[key] += round(share * (stats.rows or stats.sampled))
    held = sum(stats.rows or 0 for stats in data.validation_labels)
    known = len(every) == _PAIR and all(stats.shares for stats in every)
    return known and min(counts.values()) >= _PAIR and held >= len(counts)


def _classes(shop: EditContext, labels: str) -> str:
    """Write the class number of each label."""
    stats = shop.run.data.labels
    shape = stats[0].shape if len(stats) == 1 else None
    if shape == ():
        return labels
    if shape == (1,):
        return f"{labels}.ravel()"
    if shape is None or len(shape) > 1:
        raise Refused("the classes of the samples cannot be read from the labels")
    return f"{labels}.argmax(axis=1)"


def _names(shop: EditContext, sides: _Sides, ending: str) -> tuple[str, ...]:
    """Name the new arrays after the old ones."""
    usual = ("x", "y", "x_val", "y_val")
    stems = [
        item.id if isinstance(item, ast.Name) else stem
        for item, stem in zip(sides.every, usual, strict=True)
    ]
    names = tuple(f"{stem}{ending}" for stem in stems)
    texts = [shop.page.text(item) for item in sides.every]
    if len(set(names)) < len(set(texts)) or set(names) & stored(shop.page.tree):
        raise Refused("the names of the new arrays are taken")
    return names


class _Fresh:
    """Names for what the new lines need, none of which is in use."""

    def __init__(self, shop: EditContext) -> None:
        names = shop.located.composed.names
        self._taken = {
            *stored(shop.page.tree), *reads(shop.page.tree), *names.taken, *names.known
        }  # fmt: skip

    def name(self, wanted: str) -> str:
        """Return a name, longer than wanted where that one is in use."""
        while wanted in self._taken:
            wanted += "_"
        self._taken.add(wanted)
        return wanted


def _as_array(shop: EditContext, node: ast.expr, numpy: str) -> str:
    """Write an array whose rows are arrays."""
    text = shop.page.text(node)
    return text if shop.run.fit.input_kind == "numpy" else f"{numpy}.asarray({text})"


def _operand(shop: EditContext, node: ast.expr, numpy: str) -> str:
    """Write an array of which rows are taken."""
    text = _as_array(shop, node, numpy)
    atom = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
    return text if atom or text.endswith(")") else f"({text})"


def _replace_all(shop: EditContext, sides: _Sides, named: dict[ast.expr, str]) -> None:
    """Put the new arrays in the place of the old ones, and a new pair where one is kept."""
    for node, name in named.items():
        _replace(shop, node, name)
    if sides.pair is not None and sides.x_val in named:
        _replace(shop, sides.pair, f"({named[sides.x_val]}, {named[sides.y_val]})")


def _replace(shop: EditContext, wanted: ast.expr, name: str) -> None:
    """Put the new array wherever the old one is read, from fit on."""
    page, scope = shop.page, shop.located.tracer.scope
    start = page.span(page.statement(shop.located.fit))[0]
    shape = ast.dump(wanted)
    for node in page.nodes:
        if not isinstance(node, type(wanted)) or ast.dump(node) != shape:
            continue
        if page.span(node)[0] >= start and scope(node) is scope(shop.located.fit):
            shop.replace(node, name)


def _deal(edits: LiveEdits, change: SplitAnew) -> None:
    def sides(_: Any, y: Any, now: tuple[Any, Any]) -> tuple[Any, Any]:
        """Shuffle, and hold out as many: evenly over the classes, or the first ones."""
        import numpy as np

        held = len(now[1])
        order = np.random.default_rng(change.seed).permutation(len(y))
        if not change.stratify:
            return order[held:], order[:held]
        by_class = order[np.argsort(_class_numbers(y)[order], kind="stable")]
        held_out = by_class[np.linspace(0, len(by_class) - 1, held).astype(int)]
        return order[~np.isin(order, held_out)], held_out

    edits.deals.append(Deal(sides))


def _class_numbers(labels: Any) -> Any:
    if labels.ndim == 1:
        return labels
    if labels.ndim > _PAIR:
        raise CannotRebuild("the classes of the samples cannot be read from the labels")
    return labels.ravel() if labels.shape[1] == 1 else labels.argmax(axis=1)


SPLIT_ANEW = Kind(
    SplitAnew,
    text=split_again,
    live=_deal,
    describe=lambda change: (
        say("split training and validation again, with every class on both sides")
        if change.stratify
        else say("split training and validation again at random")
    ),
    conflicts=lambda _, __: Claims(sets=(split_sides(), adapted_samples())),
    predict=as_it_is,
)


def _drop(edits: LiveEdits, change: DropShared) -> None:
    def sides(x: Any, _: Any, now: tuple[Any, Any]) -> tuple[Any, Any]:
        training, held_out = now
        if change.side == "validation":
            return training, held_out[~contained(x[held_out], x[training])]
        return training[~contained(x[training], x[held_out])], held_out

    edits.deals.append(Deal(sides, trains=change.side == "training"))


def contained(samples: Any, others: Any) -> Any:
    """Return for each sample whether it is one of some others, byte for byte."""
    import numpy as np

    known = {item.tobytes() for item in others}
    return np.array([item.tobytes() in known for item in samples], dtype=bool)


DROP_SHARED = Kind(
    DropShared,
    text=drop_shared,
    live=_drop,
    describe=lambda change: (
        say("drop the samples from the training that the validation has, too")
        if change.side == "training"
        else say("drop the samples from the validation that the training has, too")
    ),
    conflicts=lambda _, __: Claims(sets=(split_sides(), adapted_samples())),
    predict=as_it_is,
)
