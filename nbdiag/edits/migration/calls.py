"""Migration of calls: which part knows what is called."""

import ast
from collections.abc import Callable

from nbdiag.edits.migration.backend import migrate_backend_call
from nbdiag.edits.migration.context import MigrationContext
from nbdiag.edits.migration.layers import migrate_layer, migrate_merge
from nbdiag.edits.migration.methods import migrate_method
from nbdiag.edits.migration.training import migrate_callback, migrate_optimizer
from nbdiag.keras_api.layers import class_name
from nbdiag.keras_api.renamed.arguments import OF_FUNCTIONS, OF_MODEL, ORDERINGS
from nbdiag.keras_api.renamed.paths import path_today

_BY_MODULE: dict[str, Callable[[MigrationContext, ast.Call, str], None]] = {
    "optimizers": migrate_optimizer,
    "callbacks": migrate_callback,
    "backend": migrate_backend_call,
}
_MERGES = ("layers.merge", "layers.merge.merge", "legacy.layers.merge", "engine.topology.merge")


def migrate_call(bench: MigrationContext, call: ast.Call) -> None:
    """Write one call for Keras 3."""
    found = bench.place(call.func)
    if found is None:
        if isinstance(call.func, ast.Attribute):
            migrate_method(bench, call)
        return
    path = found[1]
    today = path_today(path)
    module, _, name = today.rpartition(".")
    if path in _MERGES:
        migrate_merge(bench, call)
    elif module == "layers":
        migrate_layer(bench, call, class_name(name), path.rpartition(".")[2])
    elif module in _BY_MODULE:
        _BY_MODULE[module](bench, call, name)
    elif name == "Model":
        for keyword in call.keywords:
            bench.rename(keyword, OF_MODEL.get(keyword.arg or "", keyword.arg or ""))
    elif name in OF_FUNCTIONS:
        _migrate_function(bench, call, OF_FUNCTIONS[name])


def _migrate_function(bench: MigrationContext, call: ast.Call, table: dict[str, str]) -> None:
    for keyword in call.keywords:
        if keyword.arg in table:
            bench.rename(keyword, table[keyword.arg])
            value = keyword.value
            if keyword.arg == "dim_ordering" and isinstance(value, ast.Constant):
                bench.string(value, ORDERINGS.get(str(value.value), str(value.value)))
