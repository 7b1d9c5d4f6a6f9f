"""Facts ask the reader of the user's text; none of them goes through a syntax tree itself."""

import ast
from pathlib import Path

import pytest

import nbdiag

FACTS = sorted((Path(nbdiag.__file__).parent / "facts").rglob("*.py"))
WALKS = {"pieces_of", "parts_of", "walk", "iter_child_nodes", "NodeVisitor"}
PARTS = {
    "elts", "targets", "target", "keywords", "decorator_list", "lineno", "end_lineno", "col_offset",
    "body", "orelse",
}  # fmt: skip
"""Fields of Python's trees that nothing else in nbdiag has."""


def walks(source):
    """List what in a module goes through a syntax tree."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.alias) and node.name in WALKS:
            yield node.name
        elif isinstance(node, ast.Attribute) and node.attr in PARTS | WALKS:
            yield node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr"):
            yield from PARTS & {item.value for item in node.args if isinstance(item, ast.Constant)}


@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.stem)
def test_facts_go_through_no_tree(path):
    assert not list(walks(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "from nbdiag.syntax.text.nodes import pieces_of",
        "top.targets[0]",
        "getattr(node, 'lineno', None)",
    ],
)
def test_a_walk_is_seen(source):
    assert list(walks(source))
