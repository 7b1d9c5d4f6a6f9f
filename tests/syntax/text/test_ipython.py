"""IPython syntax is hidden character for character."""

import ast

import pytest

from nbdiag.syntax.text.ipython import NotPython, magic_lines, mask
from nbdiag.syntax.text.parsed_cell import ParsedCell

HIDDEN = [
    "%matplotlib inline",
    "%load_ext nbdiag",
    "!pip install keras",
    "!ls",
    "!!ls",
    "?print",
    "print?",
    "model.fit??",
    "files = !ls *.csv",
    "found = %sql select 1",
    "if True:\n    %matplotlib inline",
    "!echo one \\\n  two\nx = 1",
    "%timeit -n 1 f(x)",
    "%time",
    "x = model.summary?",
    "layers[0]?",
    ",print a b",
    "größe = !ls",
]


@pytest.mark.parametrize("source", HIDDEN)
def test_ipython_syntax_becomes_python_of_the_same_shape(source: str) -> None:
    masked = mask(source)
    ast.parse(masked)
    assert [len(line) for line in masked.split("\n")] == [len(line) for line in source.split("\n")]
    assert masked != source


PLAIN = [
    "x = 7 % 3\ny = x != 2",
    "text = '''\n%matplotlib\n!ls\nwhat?\n'''",
    "share = (100\n  % 7)",
    "ready = (a\n  != b)",
    "x = 1 \\\n  % 2",
    "s = 'is it?'",
    "# really?",
    "s = 'a' 'b'  # what?",
    "print('%d' % 3)",
    'a = """x\n\\"""\n%y\n"""',
]


@pytest.mark.parametrize("source", PLAIN)
def test_python_is_left_alone(source: str) -> None:
    assert mask(source) == source


def test_a_timed_statement_can_still_be_read() -> None:
    source = "%time history = model.fit(x, y)"
    masked = mask(source)
    assert masked.index("model.fit(x, y)") == source.index("model.fit(x, y)")
    call = next(node for node in ast.walk(ast.parse(masked)) if isinstance(node, ast.Call))
    assert source[call.col_offset : call.end_col_offset] == "model.fit(x, y)"


@pytest.mark.parametrize(
    "line",
    [
        "%time import keras",
        "%time a, b = x.shape",
        "%timeit -n 1 -r3 f(x)",
        "%prun -l 5 f(x)",
        "%time n += 1; f(x)",
    ],
)
def test_what_a_magic_times_is_read_as_it_is_written(line: str) -> None:
    cell = ParsedCell(f"if ready:\n    g(x)\n{line}\n")
    assert len(cell.masked) == len(cell.source)
    texts = [cell.text(statement) for statement in cell.tree.body[1:]]
    assert "; ".join(texts) == line[line.index(texts[0]) :]
    assert texts[0][0] not in "%-"
    assert cell.starts_line(cell.span(cell.tree.body[1])[0])


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_change_no_place(end: str) -> None:
    source = "%%time\nx = [1,\n  f(2)]\nfiles = !ls\n"
    plain, other = ParsedCell(source), ParsedCell(source.replace("\n", end))
    assert [other.text(call) for call in other.calls] == ["f(2)"]
    assert other.span(other.calls[0]) == plain.span(plain.calls[0])


def test_a_cell_without_a_statement_is_read() -> None:
    assert ParsedCell("%%traindiag\n# nothing yet\n").tree.body == []


def test_cell_magics_at_the_top_are_blank() -> None:
    source = "%%time\n\n%%traindiag --check\nx = 1"
    assert magic_lines(source) == 3
    assert mask(source).strip() == "x = 1"
    assert len(mask(source)) == len(source)


def test_a_cell_of_another_language_is_no_python() -> None:
    with pytest.raises(NotPython, match="%%bash"):
        mask("%%bash\nls")
