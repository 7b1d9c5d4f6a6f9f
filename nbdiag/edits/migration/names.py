"""Migration of names: paths that have moved, attributes, keys of the history."""

import ast
import re

from nbdiag.edits.migration.context import MigrationContext
from nbdiag.keras_api.renamed.functions import (
    ATTRIBUTES,
    HISTORY,
    OF_A_LAYER,
    OPS,
    RANDOM,
    TENSORFLOW_1,
)
from nbdiag.keras_api.renamed.paths import KEPT_IN_BACKEND, is_old_path, path_today
from nbdiag.language import say
from nbdiag.syntax.text.scopes import dotted

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


def migrate_paths(bench: MigrationContext) -> None:
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


def _migrate_path(bench: MigrationContext, node: ast.Name | ast.Attribute) -> None:
    if isinstance(node, ast.Attribute) and _migrate_tensorflow(bench, node):
        return
    found = bench.place(node)
    if found is None or not found[1]:
        return
    root, path = found
    name = path.rpartition(".")[2]
    if name in _WITHOUT_SUCCESSOR:
        bench.note(say("{name} has no replacement in Keras 3: rewrite that part.", name=name))
        return
    if path.startswith("backend.") and name not in KEPT_IN_BACKEND:
        _migrate_backend(bench, node, root, name)
        return
    if is_old_path(path) and path_today(path) != path:
        # Attributes of what has moved stay as they are: ``Layer.__init__``.
        bench.put(node, bench.spelled(node, path_today(path), root))


def _migrate_backend(bench: MigrationContext, node: ast.AST, root: str, name: str) -> None:
    if root != "keras" and name not in _OF_TENSORFLOW:
        return
    if name in OPS:
        bench.put(node, bench.imported(root, f"ops.{OPS[name]}", node))
    elif name in RANDOM:
        bench.put(node, bench.imported(root, f"random.{RANDOM[name]}", node))
    else:
        bench.note(
            say(
                "{name} has no replacement in Keras 3: rewrite that part.",
                name=f"keras.backend.{name}",
            )
        )


def _migrate_tensorflow(bench: MigrationContext, node: ast.Attribute) -> bool:
    """Write a name of TensorFlow 1 that stood beside Keras 2."""
    first, _, rest = (bench.names.path(node) or "").partition(".")
    parts = rest.split(".")
    for count in (2, 1):
        name, tail = ".".join(parts[:count]), ".".join(parts[count:])
        if first == "tensorflow" and name in TENSORFLOW_1:
            end = f"{name}.{tail}" if tail else name
            new = f"{TENSORFLOW_1[name]}.{tail}" if tail else TENSORFLOW_1[name]
            bench.put(node, bench.page.text(node).removesuffix(end) + new)
            return True
    return False


def migrate_attributes(bench: MigrationContext) -> None:
    """Replace ``optimizer.lr`` and ``layer.output_shape`` by the names of Keras 3."""
    for node in ast.walk(bench.page.tree):
        if isinstance(node, ast.Attribute) and node.attr in OF_A_LAYER and _is_layer(bench, node):
            end = bench.page.span(node)[1]
            bench.edits.replace(end - len(node.attr), end, OF_A_LAYER[node.attr])
            continue
        if not isinstance(node, ast.Attribute) or node.attr not in ATTRIBUTES:
            continue
        owner = dotted(node.value) or ""
        if owner.rpartition(".")[2] in ("optimizer", "opt", "optim") or _is_optimizer(bench, owner):
            end = bench.page.span(node)[1]
            bench.edits.replace(end - len(node.attr), end, ATTRIBUTES[node.attr])


def migrate_sizes(bench: MigrationContext) -> None:
    """Write ``shape[-1].value`` as ``shape[-1]``: sizes are plain numbers since TensorFlow 2."""
    for node in ast.walk(bench.page.tree):
        if not isinstance(node, ast.Attribute) or node.attr != "value":
            continue
        owner = node.value
        if isinstance(owner, ast.Subscript) and bench.page.text(owner.value).rstrip("()").endswith(
            "shape"
        ):
            bench.edits.remove(bench.page.outer_span(owner)[1], bench.page.span(node)[1])


def _is_layer(bench: MigrationContext, node: ast.Attribute) -> bool:
    """Whether an attribute is read of a layer: one of a model's list, or one asked by its name."""
    owner = node.value
    if not isinstance(node.ctx, ast.Load):
        return False
    if isinstance(owner, ast.Subscript) and not isinstance(owner.slice, ast.Slice):
        return _is_list(owner.value)
    if isinstance(owner, ast.Call):
        return isinstance(owner.func, ast.Attribute) and owner.func.attr == "get_layer"
    if not isinstance(owner, ast.Name):
        return False
    return any(
        isinstance(item, ast.For | ast.comprehension)
        and isinstance(item.target, ast.Name | ast.Tuple)
        and owner.id in {part.id for part in ast.walk(item.target) if isinstance(part, ast.Name)}
        and any(_is_list(part) for part in ast.walk(item.iter))
        for item in ast.walk(bench.page.tree)
    )


def _is_list(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "layers"


def _is_optimizer(bench: MigrationContext, name: str) -> bool:
    for node in ast.walk(bench.page.tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            found = bench.place(node.value.func)
            made = found is not None and path_today(found[1]).startswith("optimizers.")
            if made and any(dotted(target) == name for target in node.targets):
                return True
    return False


def migrate_history(bench: MigrationContext) -> None:
    """Write keys of the history as the metric is written in ``compile``."""
    keys = _keys(bench)
    for node in ast.walk(bench.page.tree) if keys else ():
        for constant in _read_keys(bench, node):
            if isinstance(constant.value, str) and constant.value in keys:
                bench.string(constant, keys[constant.value])


def _keys(bench: MigrationContext) -> dict[str, str]:
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


def _read_keys(bench: MigrationContext, node: ast.AST) -> list[ast.Constant]:
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
