"""Migration of imports: each name comes from where Keras 3 has it."""

import ast

from nbdiag.edits.migration.context import MigrationContext, split_path
from nbdiag.edits.text.statements import remove_statement
from nbdiag.keras_api.renamed.functions import GONE_OF_BACKEND, OPS
from nbdiag.keras_api.renamed.paths import FROM_TENSORFLOW, KEPT_IN_BACKEND, MODULES, path_today

Piece = tuple[str, str, str | None]
"""Module, name in it, name here."""


def migrate_imports(bench: MigrationContext) -> None:
    """Write every import of Keras as Keras 3 has it."""
    seen: set[Piece] = set()
    for node in ast.walk(bench.page.tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            _import_from(bench, node, seen)
        elif isinstance(node, ast.Import):
            _import(bench, node)


def _import(bench: MigrationContext, node: ast.Import) -> None:
    for alias in node.names:
        split = split_path(alias.name)
        if split is None:
            continue
        root, rest = split
        today = ".".join([root, *([path_today(rest)] if rest else [])])
        if rest in FROM_TENSORFLOW and root == "keras":
            today = f"tensorflow.keras.{rest}"
        if today != alias.name:
            start = bench.page.span(alias)[0]
            bench.edits.replace(start, start + len(alias.name), today)


def _import_from(bench: MigrationContext, node: ast.ImportFrom, seen: set[Piece]) -> None:
    module = node.module or ""
    split = split_path(module)
    if split is None:
        _import_optimizers(bench, node)
        return
    root, rest = split
    if any(alias.name == "*" for alias in node.names):
        today = ".".join([root, *([path_today(rest)] if rest else [])])
        _put_module(bench, node, today)
        return
    before: list[Piece] = [(module, alias.name, alias.asname) for alias in node.names]
    after = [piece for alias in node.names for piece in _pieces(bench, root, rest, alias)]
    fresh = [piece for place, piece in enumerate(after) if piece not in after[:place]]
    if fresh == before:
        seen.update(fresh)
        return
    fresh = [piece for piece in fresh if piece not in seen]
    seen.update(fresh)
    _write(bench, node, before, fresh)


def _import_optimizers(bench: MigrationContext, node: ast.ImportFrom) -> None:
    """``from tensorflow.contrib import keras`` and ``from tensorflow.python import keras``."""
    old = node.module in ("tensorflow.contrib", "tensorflow.python")
    if old and [alias.name for alias in node.names] == ["keras"]:
        _put_module(bench, node, "tensorflow")


def _pieces(bench: MigrationContext, root: str, rest: str, alias: ast.alias) -> list[Piece]:
    """Return the imports that replace one name of an import."""
    path = f"{rest}.{alias.name}" if rest else alias.name
    bound = alias.asname or alias.name
    if bound in bench.put_for and not alias.asname:
        return [
            (new.rpartition(".")[0], new.rpartition(".")[2], None) for new in bench.put_for[bound]
        ]
    if root == "keras" and path in FROM_TENSORFLOW:
        return [(_join("tensorflow.keras", rest), alias.name, alias.asname)]
    if path_today(rest) == "backend" and alias.name in GONE_OF_BACKEND:
        return [] if _is_gone(bench, bound) else [(_join(root, rest), alias.name, alias.asname)]
    if rest == "backend" and alias.name in OPS and alias.name not in KEPT_IN_BACKEND:
        # The use has been written with ``ops.`` in front.
        return [] if root == "keras" else [(_join(root, rest), alias.name, alias.asname)]
    today = path_today(path)
    if today == path:
        return [(_join(root, rest), alias.name, alias.asname)]
    if path in MODULES or today == MODULES.get(path):
        if not _is_used(bench, bound):
            return []
        above, _, name = today.rpartition(".")
        return [(_join(root, above), name, bound if bound != name else None)]
    above, _, name = today.rpartition(".")
    if alias.asname is None and name != alias.name and _is_used(bench, bound):
        return [(_join(root, above), name, alias.name if bound not in bench.put_for else None)]
    return [(_join(root, above), name, alias.asname)]


def _is_gone(bench: MigrationContext, name: str) -> bool:
    """Whether every use of a name has been taken out."""
    uses = [
        node for node in ast.walk(bench.page.tree) if isinstance(node, ast.Name) and node.id == name
    ]
    return all(node in bench.done for node in uses)


def _join(root: str, rest: str) -> str:
    return f"{root}.{rest}" if rest else root


def _is_used(bench: MigrationContext, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for node in ast.walk(bench.page.tree)
    )


def _write(
    bench: MigrationContext, node: ast.ImportFrom, before: list[Piece], after: list[Piece]
) -> None:
    if not after:
        remove_statement(bench.page, node, bench.edits)
        return
    modules = dict.fromkeys(module for module, _, _ in after)
    if len(modules) == 1 and len(after) == len(before):
        _put_module(bench, node, next(iter(modules)))
        for alias, piece in zip(node.names, after, strict=True):
            if (alias.name, alias.asname) != piece[1:]:
                bench.put(alias, _named(piece))
        return
    if len(modules) == 1 and len(node.names) > 1:
        _put_module(bench, node, next(iter(modules)))
        texts = [_named(piece) for piece in after]
        start, end = bench.page.span(node.names[0])[0], bench.page.span(node.names[-1])[1]
        bench.edits.replace(start, end, ", ".join(texts))
        return
    indent = bench.page.indent(bench.page.span(node)[0])
    lines = [
        f"from {module} import {', '.join(_named(piece) for piece in after if piece[0] == module)}"
        for module in modules
    ]
    bench.put(node, f"\n{indent}".join(lines))


def _named(piece: Piece) -> str:
    return f"{piece[1]} as {piece[2]}" if piece[2] and piece[2] != piece[1] else piece[1]


def _put_module(bench: MigrationContext, node: ast.ImportFrom, module: str) -> None:
    old = node.module or ""
    start = bench.page.span(node)[0]
    place = bench.page.source.index(old, start + len("from"))
    if old != module:
        bench.edits.replace(place, place + len(old), module)
