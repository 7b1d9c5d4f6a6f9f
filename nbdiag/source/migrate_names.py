"""Migration of names: paths that have moved, attributes, keys of the history."""

import ast
import re

from nbdiag.facts.crash_keras2 import (
    ATTRIBUTES,
    HISTORY,
    KEPT_IN_BACKEND,
    OPS,
    RANDOM,
    is_old_path,
    path_today,
)
from nbdiag.language import say
from nbdiag.source.migrate_workbench import Workbench
from nbdiag.source.scopes import dotted

_WITHOUT_SUCCESSOR = {
    "LocallyConnected1D",
    "LocallyConnected2D",
    "MaxoutDense",
    "Highway",
    "multi_gpu_model",
    "KerasClassifier",
    "KerasRegressor",
}
_OF_TENSORFLOW = {"image_dim_ordering", "set_image_dim_ordering", "l2_normalize"}


def migrate_paths(bench: Workbench) -> None:
    """Write every name of Keras that has moved as it is called today."""
    parents = bench.page.parents
    for node in ast.walk(bench.page.tree):
        if not isinstance(node, ast.Name | ast.Attribute) or node in bench.done:
            continue
        parent = parents.get(node)
        if isinstance(parent, ast.Attribute) and dotted(parent) is not None:
            continue
        if not isinstance(node.ctx, ast.Load) or dotted(node) is None:
            continue
        _migrate_path(bench, node)


def _migrate_path(bench: Workbench, node: ast.Name | ast.Attribute) -> None:
    found = bench.place(node)
    if found is None or not found[1]:
        return
    root, path = found
    name = path.rpartition(".")[2]
    if name in _WITHOUT_SUCCESSOR:
        bench.note(say("{name} has no successor in Keras 3: write that part anew.", name=name))
        return
    if path.startswith("backend.") and name not in KEPT_IN_BACKEND:
        _migrate_backend(bench, node, root, name)
        return
    if is_old_path(path) and path_today(path) != path:
        # Attributes of what has moved stay as they are: ``Layer.__init__``.
        bench.put(node, bench.spelled(node, path_today(path), root))


def _migrate_backend(bench: Workbench, node: ast.AST, root: str, name: str) -> None:
    if root != "keras" and name not in _OF_TENSORFLOW:
        return
    if name in OPS:
        bench.put(node, bench.imported(root, f"ops.{OPS[name]}", node))
    elif name in RANDOM:
        bench.put(node, bench.imported(root, f"random.{RANDOM[name]}", node))
    else:
        bench.note(
            say(
                "{name} has no successor in Keras 3: write that part anew.",
                name=f"keras.backend.{name}",
            )
        )


def migrate_attributes(bench: Workbench) -> None:
    """Write ``optimizer.lr`` as ``optimizer.learning_rate``."""
    for node in ast.walk(bench.page.tree):
        if not isinstance(node, ast.Attribute) or node.attr not in ATTRIBUTES:
            continue
        owner = dotted(node.value) or ""
        if owner.rpartition(".")[2] in ("optimizer", "opt", "optim") or _is_optimizer(bench, owner):
            end = bench.page.span(node)[1]
            bench.edits.replace(end - len(node.attr), end, ATTRIBUTES[node.attr])


def _is_optimizer(bench: Workbench, name: str) -> bool:
    for node in ast.walk(bench.page.tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            found = bench.place(node.value.func)
            made = found is not None and path_today(found[1]).startswith("optimizers.")
            if made and any(dotted(target) == name for target in node.targets):
                return True
    return False


def migrate_history(bench: Workbench) -> None:
    """Write keys of the history as the metric is written in ``compile``."""
    keys = _keys(bench)
    for node in ast.walk(bench.page.tree) if keys else ():
        for constant in _read_keys(bench, node):
            if isinstance(constant.value, str) and constant.value in keys:
                bench.string(constant, keys[constant.value])


def _keys(bench: Workbench) -> dict[str, str]:
    written: set[object] = set()
    for call in bench.page.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "compile":
            for keyword in call.keywords:
                if keyword.arg in ("metrics", "metric", "weighted_metrics"):
                    written |= {
                        item.value
                        for item in ast.walk(keyword.value)
                        if isinstance(item, ast.Constant)
                    }
    if "accuracy" in written and "acc" not in written:
        return HISTORY
    if "acc" in written and "accuracy" not in written:
        return {new: old for old, new in HISTORY.items()}
    return {}


def _read_keys(bench: Workbench, node: ast.AST) -> list[ast.Constant]:
    """Constants that name a curve."""
    found: list[ast.expr] = []
    if isinstance(node, ast.Subscript) and _is_history(bench.page.text(node.value)):
        found = [node.slice]
    elif isinstance(node, ast.Call):
        named = isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        if named and node.args and _is_history(bench.page.text(node.func)):
            found = [node.args[0]]
        found += [keyword.value for keyword in node.keywords if keyword.arg == "monitor"]
    return [item for item in found if isinstance(item, ast.Constant)]


def _is_history(text: str) -> bool:
    return bool(re.search(r"hist|log|record|train|curve|(?<!\w)h(?!\w)", text, flags=re.IGNORECASE))
