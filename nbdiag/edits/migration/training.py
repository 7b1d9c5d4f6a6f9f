"""Migration of optimizers and callbacks."""

import ast
import re

from nbdiag.edits.migration.context import MigrationContext
from nbdiag.edits.text.arguments import dict_items
from nbdiag.keras_api.renamed.arguments import DROPPED_OF_OPTIMIZERS, OF_OPTIMIZERS
from nbdiag.syntax.text.scopes import dotted

_CHANGED_LATER = re.compile(r"ReduceLROnPlateau|LearningRateScheduler|set_value|optimizer\.lr\s*=")
_RATES = ("lr", "learning_rate")
_OF_BOARD = {"batch_size", "write_grads", "embeddings_layer_names", "embeddings_data"}
WEIGHTS, WHOLE = ".weights.h5", ".keras"
_ENDINGS = (".weights.h5", ".hdf5", ".h5", ".keras", ".ckpt", ".model", ".tf", ".hd5", ".hdf")


def migrate_optimizer(bench: MigrationContext, call: ast.Call, name: str) -> None:
    """Write the arguments of an optimizer; a decay becomes the schedule that it was."""
    unwanted: list[ast.AST] = []
    for keyword in call.keywords:
        given, value = keyword.arg or "", keyword.value
        if not given and (spread := _spread(bench, value)) is not None:
            if isinstance(spread, ast.Call):
                migrate_optimizer(bench, spread, name)
            else:
                _migrate_entries(bench, spread)
            continue
        empty = isinstance(value, ast.Constant) and value.value is None
        if given in OF_OPTIMIZERS:
            bench.rename(keyword, OF_OPTIMIZERS[given])
        elif given in DROPPED_OF_OPTIMIZERS:
            unwanted.append(keyword)
            if given == "decay":
                rate = next((k.value for k in call.keywords if k.arg in _RATES), None)
                _put_schedule(bench, call, rate or next(iter(call.args), None), value)
        elif empty and given in ("epsilon", "decay"):
            unwanted.append(keyword)
    bench.remove(call, unwanted)


def _spread(bench: MigrationContext, value: ast.expr) -> ast.Dict | ast.Call | None:
    """Return the dictionary that is spread into one call alone, None where it is not written."""
    if isinstance(value, ast.Name):
        users = [
            keyword
            for call in bench.page.calls
            for keyword in call.keywords
            if keyword.arg is None and dotted(keyword.value) == value.id
        ]
        values = _assigned(bench, value.id)
        if len(users) != 1 or len(values) != 1:
            return None
        value = values[0]
    if isinstance(value, ast.Call):
        return value if dotted(value.func) == "dict" and not value.args else None
    return value if isinstance(value, ast.Dict) else None


def _migrate_entries(bench: MigrationContext, node: ast.Dict) -> None:
    """Write the arguments of an optimizer that are the entries of a dictionary."""
    named = {key.value: key for key in node.keys if isinstance(key, ast.Constant)}
    for key, value in zip(node.keys, node.values, strict=True):
        given = key.value if isinstance(key, ast.Constant) else None
        if key is not None and given in OF_OPTIMIZERS:
            bench.string(key, OF_OPTIMIZERS[given])
        elif given in DROPPED_OF_OPTIMIZERS:
            dict_items(bench.page, node).remove(node.keys.index(key), bench.edits)
            if given == "decay":
                rate = next(
                    (node.values[node.keys.index(named[k])] for k in _RATES if k in named), None
                )
                _put_schedule(bench, node, rate, value)


def _put_schedule(
    bench: MigrationContext, at: ast.Call | ast.Dict, rate: ast.expr | None, decay: ast.expr
) -> None:
    """Divide the rate by 1 + decay * steps, as the argument ``decay`` did."""
    if isinstance(decay, ast.Constant) and not decay.value:
        return
    if _CHANGED_LATER.search(bench.page.source):
        bench.note("decay is left out: the learning rate is changed in another way as well.")
        return
    if rate is None:
        bench.note("decay is left out: give learning_rate a schedule to lower it.")
        return
    place = bench.place(at.func) if isinstance(at, ast.Call) else None
    root = place[0] if place is not None else _root(bench)
    name = bench.imported(root, "optimizers.schedules.InverseTimeDecay", at)
    start, end = bench.page.outer_span(rate)
    bench.edits.wrap(start, end, f"{name}(", f", 1, {bench.page.text(decay)})")


def migrate_callback(bench: MigrationContext, call: ast.Call, name: str) -> None:
    """Write the arguments of a callback."""
    named = {keyword.arg: keyword for keyword in call.keywords}
    unwanted: list[ast.AST] = []
    if name == "TensorBoard":
        unwanted += [named[item] for item in _OF_BOARD if item in named]
    if name == "ReduceLROnPlateau" and "epsilon" in named:
        bench.rename(named["epsilon"], "min_delta")
    if name == "ModelCheckpoint":
        if "period" in named:
            unwanted.append(named["period"])
        only = named.get("save_weights_only")
        weights = bool(only and isinstance(only.value, ast.Constant) and only.value.value)
        path = named["filepath"].value if "filepath" in named else next(iter(call.args), None)
        if path is not None:
            put_ending(bench, path, WEIGHTS if weights else WHOLE)
    bench.remove(call, unwanted)


def put_ending(bench: MigrationContext, node: ast.expr, ending: str) -> None:
    """Change a file's name, written in the text, to the ending that Keras 3 needs."""
    if isinstance(node, ast.JoinedStr) or not isinstance(node, ast.Constant):
        value = _literal_of(bench, _last_part(node))
        if value is None:
            return
        node = value
    if not isinstance(node.value, str) or node.value.endswith(ending) or node in bench.done:
        return
    stem = node.value
    for old in _ENDINGS:
        if stem.endswith(old):
            stem = stem[: -len(old)]
            break
    bench.done.add(node)
    for other in ast.walk(bench.page.tree):
        # A file that is written is often read under the same name further down.
        if isinstance(other, ast.Constant) and other.value == node.value:
            bench.done.add(other)
            bench.string(other, stem + ending)


def _last_part(node: ast.expr) -> ast.expr:
    """Return the end of a path: ``b`` of ``join(a, b)``, ``a / b``, ``a + b`` and ``Path(b)``."""
    if isinstance(node, ast.Call) and node.args and not isinstance(node.args[-1], ast.Starred):
        name = (dotted(node.func) or "").rpartition(".")[2]
        return _last_part(node.args[-1]) if name in ("join", "Path", "str") else node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
        return _last_part(node.right)
    return node


def _literal_of(bench: MigrationContext, node: ast.expr) -> ast.Constant | None:
    """Return the text of a literal or of a name, None when it is not written once."""
    if isinstance(node, ast.Constant):
        return node
    if not isinstance(node, ast.Name):
        return None
    values = _assigned(bench, node.id)
    only = _last_part(values[0]) if len(values) == 1 else None
    return only if isinstance(only, ast.Constant) else None


def _assigned(bench: MigrationContext, name: str) -> list[ast.expr]:
    """List the values that a name is given in the text."""
    return [
        item.value
        for item in ast.walk(bench.page.tree)
        if isinstance(item, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in item.targets)
    ]


def _root(bench: MigrationContext) -> str:
    """Return the root of Keras that the cell's own calls are of."""
    places = (bench.place(call.func) for call in bench.page.calls)
    return next((place[0] for place in places if place is not None), "keras")
