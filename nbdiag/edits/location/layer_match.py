"""Match the calls that make layers with the layers of the live model."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nbdiag.keras_api.layers import class_name
from nbdiag.keras_api.methods import parameters
from nbdiag.schema.cell import Scalar
from nbdiag.schema.model import Layer
from nbdiag.syntax.imports import Names
from nbdiag.syntax.model_trace import Made


@dataclass(frozen=True)
class Expected:
    """A layer that the text should show.

    Attributes
    ----------
    name
        Keras' name of the live layer, None for one that a change puts in.
    also
        Values that the changes give to its arguments: the text may show them already.
    """

    name: str | None
    class_name: str
    layer: Layer | None = None
    also: Mapping[str, Scalar] = field(default_factory=dict)


def align(
    made: Sequence[Made], expected: Sequence[Expected], names: Names, *, chain: bool
) -> dict[str, ast.Call] | None:
    """Return the call of each layer, by layer name.

    In a chain, layers before the first and after the last unknown place are
    matched by their order; in a model with branches each layer must fit one call only.

    Returns
    -------
    dict or None
        None when the text does not fit the model.
    """
    if None in made:
        return _align_ends(made, expected, names) if chain else None
    calls = [call for call in made if call is not None]
    if len(calls) != len(expected):
        return None
    if chain:
        pairs = list(zip(calls, expected, strict=True))
        return _named(pairs) if all(fits(call, item, names) for call, item in pairs) else None
    return _align_any_order(calls, expected, names)


def _named(pairs: Iterable[tuple[ast.Call, Expected]]) -> dict[str, ast.Call]:
    return {item.name: call for call, item in pairs if item.name is not None}


def _align_ends(
    made: Sequence[Made], expected: Sequence[Expected], names: Names
) -> dict[str, ast.Call] | None:
    first = made.index(None)
    last = len(made) - 1 - made[::-1].index(None)
    known = first + len(made) - 1 - last
    if known > len(expected):
        return None
    head = list(zip(made[:first], expected[:first], strict=True))
    tail = list(
        zip(made[last + 1 :], expected[len(expected) - len(made) + last + 1 :], strict=True)
    )
    pairs = [(call, item) for call, item in head + tail if call is not None]
    if not all(fits(call, item, names) for call, item in pairs):
        return None
    return _named(pairs)


def _align_any_order(
    calls: Sequence[ast.Call], expected: Sequence[Expected], names: Names
) -> dict[str, ast.Call] | None:
    """Match layers of a branched model, where Keras' order is not that of the text."""
    open_calls = list(calls)
    open_items = list(expected)
    pairs: list[tuple[ast.Call, Expected]] = []
    moved = True
    while moved and open_calls:
        moved = False
        for call in list(open_calls):
            items = [item for item in open_items if fits(call, item, names)]
            if not items:
                return None
            rivals = [other for other in open_calls if fits(other, items[0], names)]
            if len(items) == 1 and len(rivals) == 1:
                pairs.append((call, items[0]))
                open_calls.remove(call)
                open_items.remove(items[0])
                moved = True
    return _named(pairs)


def fits(call: ast.Call, item: Expected, names: Names) -> bool:
    """Whether a call can have made a layer: its class and its literal arguments agree."""
    path = names.resolve(call.func)
    written = path.split(".")[-1] if path else _last_name(call.func)
    if written != item.class_name:
        return False
    if item.layer is None:
        return True
    order = parameters(item.class_name) or ()
    given = list(zip(order, call.args, strict=False))
    given += [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
    return all(_agrees(name, value, item) for name, value in given)


def _last_name(node: ast.expr) -> str:
    text = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return class_name(text)


def _agrees(name: str, value: ast.expr, item: Expected) -> bool:
    if not isinstance(value, ast.Constant) or item.layer is None:
        return True
    live = _live(item.layer, name)
    if name in item.also and item.also[name] == value.value:
        return True
    if live is None or isinstance(live, dict | list):
        return True
    if isinstance(live, str) and isinstance(value.value, str):
        return live.lower().replace("_", "") == value.value.lower().replace("_", "")
    if isinstance(live, bool | int | float) and isinstance(value.value, int | float):
        return bool(abs(live - value.value) <= 1e-6 * max(1.0, abs(live)))
    return True


def _live(layer: Layer, name: str) -> object:
    if name == "name":
        return layer.name
    if name in ("units", "filters") and layer.units is not None:
        return layer.units
    if name == "activation" and layer.activation is not None:
        return layer.activation
    return layer.config.get(name)
