"""Arguments, list elements and statements are added and removed in the layout that is there."""

import ast

import pytest

from nbdiag.edits.text.arguments import call_items, dict_items, list_items
from nbdiag.edits.text.statements import line_after, line_before, remove_statement
from nbdiag.edits.text.text_edits import Edits
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import ParsedCell


def edit_call(source: str, action: str, *arguments: object) -> str:
    page, edits = ParsedCell(source), Edits()
    getattr(call_items(page, page.calls[0]), action)(*arguments, edits)
    return edits.apply(source)


APPENDED = {
    "f()": "f(a=1)",
    "f(x)": "f(x, a=1)",
    "f(x, )": "f(x, a=1, )",
    "f(x)  # why": "f(x, a=1)  # why",
    "f(\n    x,  # the inputs\n    y,  # the labels\n)": (
        "f(\n    x,  # the inputs\n    y,  # the labels\n    a=1,\n)"
    ),
    "f(\n    x,\n    y  # the labels\n)": "f(\n    x,\n    y,  # the labels\n    a=1\n)",
    "f(\n    x\n)": "f(\n    x,\n    a=1\n)",
    "f(\n    x,\n    # y comes later\n)": "f(\n    x,\n    a=1,\n    # y comes later\n)",
    "f(x,\n  y)": "f(x,\n  y,\n  a=1)",
    "f(x, y,\n  z=2)": "f(x, y,\n  z=2, a=1)",
    "f(\n    x, y\n)": "f(\n    x, y, a=1\n)",
    "f(\n\tx,\n\ty,\n)": "f(\n\tx,\n\ty,\n\ta=1,\n)",
    "f((x))": "f((x), a=1)",
    "f(g(1), [2,\n 3])": "f(g(1), [2,\n 3], a=1)",
    "f(\n    x  # one\n    ,  # two\n)": "f(\n    x  # one\n    ,  # two\n    a=1,\n)",
}


@pytest.mark.parametrize(("before", "after"), APPENDED.items())
def test_an_argument_is_added_at_the_end(before: str, after: str) -> None:
    assert edit_call(before, "append", ["a=1"]) == after
    ast.parse(after)


REMOVED = {
    ("f(x, y, z)", 0): "f(y, z)",
    ("f(x, y, z)", 1): "f(x, z)",
    ("f(x, y, z)", 2): "f(x, y)",
    ("f(x)", 0): "f()",
    ("f(x, y, )", 1): "f(x, )",
    ("f(\n    x,  # one\n    y,  # two\n)", 1): "f(\n    x,  # one\n    # two\n)",
    ("f(\n    x,\n    y,\n)", 0): "f(\n    y,\n)",
    ("f(\n    x,\n    y\n)", 1): "f(\n    x,\n)",
    ("f(x,\n  y)", 1): "f(x)",
    ("f(x,  # one\n  y)", 1): "f(x,  # one\n  )",
}


@pytest.mark.parametrize(("given", "after"), REMOVED.items())
def test_an_argument_is_removed_and_every_comment_stays(given: tuple[str, int], after: str) -> None:
    assert edit_call(given[0], "remove", given[1]) == after
    ast.parse(after)


def list_of(source: str) -> tuple[ParsedCell, ast.List]:
    page = ParsedCell(source)
    return page, next(node for node in ast.walk(page.tree) if isinstance(node, ast.List))


def test_an_element_is_put_ahead_of_the_comment_that_belongs_to_the_next() -> None:
    page, node = list_of("[\n    # wide\n    a,\n    b,\n]")
    edits = Edits()
    list_items(page, node).insert_before(0, ["new"], edits)
    assert edits.apply(page.source) == "[\n    new,\n    # wide\n    a,\n    b,\n]"


def test_an_element_is_put_behind_another_on_its_line() -> None:
    page, node = list_of("[a, b]")
    edits = Edits()
    list_items(page, node).insert_after(0, ["new"], edits)
    list_items(page, node).insert_before(1, ["other"], edits)
    assert edits.apply(page.source) == "[a, new, other, b]"


def test_an_entry_of_a_dictionary_is_removed() -> None:
    page = ParsedCell('{"a": 1, **more, "b": (2)}')
    node = next(node for node in ast.walk(page.tree) if isinstance(node, ast.Dict))
    edits = Edits()
    dict_items(page, node).remove(2, edits)
    assert edits.apply(page.source) == '{"a": 1, **more}'


def statement(source: str, number: int = 0) -> tuple[ParsedCell, ast.stmt]:
    page = ParsedCell(source)
    found = [node for node in ast.walk(page.tree) if isinstance(node, ast.Expr)]
    return page, sorted(found, key=page.span)[number]


@pytest.mark.parametrize(
    ("source", "number", "after"),
    [
        ("f()\ng()", 0, "g()"),
        ("f()  # why\ng()", 0, "# why\ng()"),
        ("f(); g()", 0, "g()"),
        ("f(); g()", 1, "f()"),
        ("f(); g(); h()", 1, "f(); h()"),
        ("if x:\n    f()", 0, "if x:\n    pass"),
        ("if x:\n    f()\n    g()", 1, "if x:\n    f()\n"),
        ("def f():\n\tg()  # why\n\th()", 0, "def f():\n\t# why\n\th()"),
        ("f()", 0, ""),
    ],
)
def test_a_statement_is_removed(source: str, number: int, after: str) -> None:
    page, node = statement(source, number)
    edits = Edits()
    remove_statement(page, node, edits)
    assert edits.apply(source) == after
    ast.parse(after)


@pytest.mark.parametrize(
    ("source", "number", "above", "below"),
    [
        ("f()", 0, "new\nf()", "f()\nnew"),
        ("# c\nf()  # d\n", 0, "new\n# c\nf()  # d\n", "# c\nf()  # d\nnew\n"),
        ("f(); g()", 1, "f(); new; g()", "f(); g(); new"),
        ("if x:\n    f()", 0, "if x:\n    new\n    f()", "if x:\n    f()\n    new"),
        ("if x: f()", 0, "if x: new; f()", "if x: f(); new"),
        ("%%time\nf()", 0, "%%time\nnew\nf()", "%%time\nf()\nnew"),
    ],
)
def test_a_line_is_put_beside_a_statement(source: str, number: int, above: str, below: str) -> None:
    for put, after in ((line_before, above), (line_after, below)):
        page, node = statement(source, number)
        edits = Edits()
        put(page, node, ["new"], edits)
        assert edits.apply(source) == after


def test_edits_that_meet_are_refused() -> None:
    edits = Edits()
    edits.replace(0, 4, "x")
    edits.replace(2, 6, "y")
    with pytest.raises(Refused):
        edits.apply("abcdefgh")


def test_the_later_wrap_stands_outside() -> None:
    edits = Edits()
    edits.wrap(1, 2, "f(", ")")
    edits.wrap(1, 2, "g(", ")")
    edits.replace(1, 2, "y")
    assert edits.apply("(x)") == "(g(f(y)))"


def test_places_are_characters_even_behind_wide_letters() -> None:
    page = ParsedCell("模型.fit(输入, y=标签)  # 训练")
    call = page.calls[0]
    assert page.text(call) == "模型.fit(输入, y=标签)"
    assert [page.text(item) for item in call.args] == ["输入"]
    assert page.source[slice(*page.comments[0])] == "# 训练"


def test_grouping_parentheses_belong_to_the_node_and_a_calls_do_not() -> None:
    page = ParsedCell("f((x), g(y), not (z))")
    spans = [page.source[slice(*page.outer_span(node))] for node in page.calls[0].args]
    assert spans == ["(x)", "g(y)", "not (z)"]
