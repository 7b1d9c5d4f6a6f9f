"""Text is read in one place, which is silent and has one outcome for text it cannot read."""

import ast
import sys
import threading
import tokenize
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nbdiag
from nbdiag.diagnosis import diagnose
from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.text.parsing import (
    UnreadableError,
    check_compiles,
    parse_literal,
    parse_module,
    split_tokens,
)

SOURCES = sorted(Path(nbdiag.__file__).parent.rglob("*.py"))
RUN = Path(__file__).parents[2] / "runs/head/nbd103_faulty_one_softmax_unit.json"
READERS = (parse_module, parse_literal, split_tokens, check_compiles)
WARNED = ("'\\d'", "b'\\d'", "f'\\d{1}'", "f'\\{1}'", "'\\777'", "1if 1 else 2", "1 is 1", "(1)(2)")
ODD = {
    "null byte": "x = 1\0",
    "lone surrogate": "x = '\udce9'",
    "brackets": "(" * 300 + ")" * 300,
    "signs": "-" * 100_000 + "1",
    "sum": "a" + "+a" * 200_000,
    "long number": "1" * 5000,
    "unhashable key": "{[]: 1}",
    "open string": "'''",
}


@pytest.fixture(params=["error", "always"])
def shown(request, monkeypatch):
    """Warnings that Python would show, with a filter of the user's."""
    seen = []
    with warnings.catch_warnings():
        warnings.simplefilter(request.param)
        monkeypatch.setattr(warnings, "showwarning", lambda *given, **_: seen.append(given[0]))
        yield seen


@pytest.mark.parametrize("text", WARNED)
def test_reading_warns_of_nothing(text, shown):
    before = list(warnings.filters)
    parse_module(text)
    split_tokens(text)
    check_compiles(text)
    assert not shown
    assert warnings.filters == before


def test_the_value_and_the_places_are_those_of_python(shown):
    (statement,) = parse_module("x = '\\d', 'é', f(1)\n").body
    first, _, last = statement.value.elts
    assert first.value == "\\d"
    assert (first.col_offset, last.col_offset) == (4, 16)
    assert parse_literal(" '\\d'") == "\\d"
    assert not shown


def test_user_code_is_warned_of_as_before(shown):
    """The filter ends with the reading, and an error of reading changes nothing of that."""
    with pytest.raises(UnreadableError):
        parse_module("'\\d' +")
    try:
        compile("'\\d'", "<user>", "exec")
    except SyntaxError:
        return
    assert [str(item) for item in shown] == ["invalid escape sequence '\\d'"]


def test_other_threads_keep_their_warnings_and_their_filters():
    """Four threads read; the main one warns and changes the filters a thousand times."""
    stop, failed = threading.Event(), []

    def read():
        while not stop.is_set():
            try:
                parse_module("'\\d'")
            except UnreadableError as problem:
                failed.append(problem)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=read) for _ in range(4)]
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        before = list(warnings.filters)
        try:
            for thread in threads:
                thread.start()
            for _ in range(1000):
                with pytest.warns(DeprecationWarning, match="of the user"):
                    warnings.warn("of the user", DeprecationWarning, stacklevel=1)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            sys.setswitchinterval(interval)
        assert warnings.filters == before
    assert not failed


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("read", [parse_module, parse_literal, check_compiles])
def test_odd_text_has_one_outcome(read, name):
    if name == "unhashable key" and read is not parse_literal:
        read(ODD[name])
        return
    with pytest.raises(UnreadableError):
        read(ODD[name])


@given(
    st.text(max_size=60) | st.text(alphabet="'\"\\{}[]()=fb01 \n\r\x0c\u2028xé\ud800", max_size=40)
)
def test_any_text_is_read_or_refused(text):
    for read in READERS:
        try:
            read(text)
        except UnreadableError as problem:
            assert problem.__cause__ is not None  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("odd", [*WARNED, *ODD.values()])
def test_a_run_with_odd_text_is_judged_without_a_word(odd, shown):
    """Earlier cells hold what they like: no rule fails on it."""
    run = TrainingRun.load(RUN)
    report = diagnose(replace(run, earlier=(Cell(0, odd), *run.earlier)))
    assert not [check for check in report.checks if check.status == "crashed"]
    assert not shown


@pytest.mark.parametrize("text", WARNED[:6])
def test_a_fix_is_written_with_warnings_as_errors(text, shown):
    """An invalid escape took the rewritten cell away: it was put down to the rewriting."""
    run = TrainingRun.load(RUN)
    run = replace(run, cell=replace(run.cell, source=f"{run.cell.source}\nodd = {text}\n"))
    (fix, *_) = (fix for finding in diagnose(run).findings for fix in finding.fixes)
    assert text in fix.source
    assert "live model" not in fix.note
    assert not shown


def test_one_module_reads():
    """Every other call of Python's parser would warn, or fail in its own way."""
    found = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if path.name != "parsing.py" and isinstance(node, ast.Call) and _parses(node.func)
    ]
    assert not found


def _parses(function):
    match function:
        case ast.Name(id="compile" | "literal_eval" | "generate_tokens"):
            return True
        case ast.Attribute(value=ast.Name(id="ast"), attr="parse" | "literal_eval"):
            return True
        case ast.Attribute(value=ast.Name(id="tokenize")):
            return True
    return False


@pytest.mark.parametrize(
    "text",
    [
        "f'{a}'",
        """f'{d["a"]!r:>{width}}{{}}'""",
        "f'{f\"{a}\"}'",
        'f"""\n{a}\n  {b}"""',
        "rf'\\d{a}'",
        "f''",
    ],
)
def test_an_f_string_is_one_token_on_every_python(text):
    tokens = split_tokens(f"x = {text} + 'b'  # é\n")
    strings = [token for token in tokens if token.type == tokenize.STRING]
    assert [token.string for token in strings] == [text, "'b'"]
    assert strings[0].start == (1, 4)
    lines = text.split("\n")
    assert strings[0].end == (len(lines), len(lines[-1]) + (4 if len(lines) == 1 else 0))
    names = [token.string for token in tokens if token.type == tokenize.NAME]
    assert names == ["x"]
