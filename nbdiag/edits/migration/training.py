"""Migration of optimizers and callbacks."""

import ast
import re

from nbdiag.edits.migration.context import MigrationContext
from nbdiag.keras_api.renamed.arguments import DROPPED_OF_OPTIMIZERS, OF_OPTIMIZERS
from nbdiag.syntax.text.scopes import dotted

_CHANGED_LATER = re.compile(r"ReduceLROnPlateau|LearningRateScheduler|set_value|optimizer\.lr\s*=")
_OF_BOARD = {"batch_size", "write_grads", "embeddings_layer_names", "embeddings_data"}
WEIGHTS, WHOLE = ".weights.h5", ".keras"
_ENDINGS = (".weights.h5", ".hdf5", ".h5", ".keras", ".ckpt", ".model", ".tf", ".hd5", ".hdf")


def migrate_optimizer(bench: MigrationContext, call: ast.Call, name: str) -> None:  # noqa: ARG001 - as all are called
    """Write the arguments of an optimizer; a decay becomes the schedule that it was."""
    unwanted: list[ast.AST] = []
    for keyword in call.keywords:
        given, value = keyword.arg or "", keyword.value
        empty = isinstance(value, ast.Constant) and value.value is None
        if given in OF_OPTIMIZERS:
            bench.rename(keyword, OF_OPTIMIZERS[given])
        elif given in DROPPED_OF_OPTIMIZERS:
            unwanted.append(keyword)
            if given == "decay":
                _put_schedule(bench, call, value)
        elif empty and given in ("epsilon", "decay"):
            unwanted.append(keyword)
    bench.remove(call, unwanted)


def _put_schedule(bench: MigrationContext, call: ast.Call, decay: ast.expr) -> None:
    """Divide the rate by 1 + decay * steps, as the argument ``decay`` did."""
    if isinstance(decay, ast.Constant) and not decay.value:
        return
    if _CHANGED_LATER.search(bench.page.source):
        bench.note("decay is left out: the learning rate is changed in another way as well.")
        return
    rate = next((k.value for k in call.keywords if k.arg in ("lr", "learning_rate")), None)
    rate = rate or (call.args[0] if call.args else None)
    if rate is None:
        bench.note("decay is left out: give learning_rate a schedule to lower it.")
        return
    root = (bench.place(call.func) or ("keras", ""))[0]
    name = bench.imported(root, "optimizers.schedules.InverseTimeDecay", call)
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
    values = [
        item.value
        for item in ast.walk(bench.page.tree)
        if isinstance(item, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == node.id for t in item.targets)
    ]
    only = _last_part(values[0]) if len(values) == 1 else None
    return only if isinstance(only, ast.Constant) else None
