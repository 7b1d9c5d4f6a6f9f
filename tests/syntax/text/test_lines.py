"""Lines end where Python ends them, and keep their ends when a cell is rewritten."""

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nbdiag
from nbdiag.diagnosis import Report, diagnose
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.text.lines import count_characters, split_lines, with_ends_of, with_plain_ends

HERE = Path(__file__).parents[2] / "runs"
CRASH = HERE / "crash/nbd801_faulty_shape_of_a_layer.json"
HEAD = HERE / "head/nbd103_faulty_one_softmax_unit.json"
ENDS = ("\n", "\r\n", "\r")
pieces = st.text(alphabet="ab#'é \x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", max_size=6)
texts = st.lists(st.tuples(pieces, st.sampled_from(ENDS))).map(
    lambda lines: "".join(line + end for line, end in lines)
)


@given(st.lists(pieces, min_size=1), st.data())
def test_a_text_is_split_at_its_ends_alone(lines, data):
    ends = [data.draw(st.sampled_from(ENDS)) for _ in lines[1:]]
    text = "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
    # "\r" before an empty line that ends in "\n" is one end, as in Python.
    assert (
        split_lines(text) == split_lines(with_plain_ends(text)) == with_plain_ends(text).split("\n")
    )
    if "\r" not in text or "\n" not in text:
        assert split_lines(text) == lines


@given(
    st.lists(st.sampled_from(["x = 1", "y = 'é\u2028'", "\x0cz = 2", ""]), max_size=6), st.data()
)
def test_python_counts_the_same_lines(lines, data):
    text = "".join(line + data.draw(st.sampled_from(ENDS)) for line in lines)
    for node in ast.parse(text).body:
        line = split_lines(text)[node.lineno - 1]
        assert line[count_characters(line, node.col_offset)] in "xyz"
        assert line[: count_characters(line, node.end_col_offset)] == line


@given(texts)
def test_an_unchanged_text_keeps_every_end(text):
    assert with_ends_of(with_plain_ends(text), text) == text


@given(texts, texts)
def test_an_edited_text_has_the_lines_of_the_edit(text, edited):
    plain = with_plain_ends(edited)
    assert with_plain_ends(with_ends_of(plain, text)) == plain


def mixed(text):
    """Let the lines end in turn with each of the three ends."""
    lines = text.split("\n")
    ends = [
        "\r\n" if place % 3 == 2 and not after else ENDS[place % 3]
        for place, after in enumerate(lines[1:])
    ]
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))


def with_text(run, change):
    """Change the text of all cells of a run."""
    return replace(
        run,
        cell=replace(run.cell, source=change(run.cell.source)),
        earlier=tuple(replace(cell, source=change(cell.source)) for cell in run.earlier),
    )


def sources_of(report):
    return [fix.source for finding in report.findings for fix in finding.fixes]


@pytest.mark.parametrize("path", [CRASH, HEAD], ids=["crash", "head"])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        mixed,
        lambda text: text.replace("\n", "\r\n", 1),
    ],
    ids=["CRLF", "CR", "mixed", "one"],
)
def test_line_ends_change_no_verdict_and_stay_in_the_fix(path, change):
    """They crashed every rule of failed cells, and took the fix button from the others."""
    run = TrainingRun.load(path)
    plain, other = diagnose(run), diagnose(with_text(run, change))
    assert [item.code for item in other.findings] == [item.code for item in plain.findings]
    assert not [check for check in other.checks if check.status == "crashed"]
    assert list(map(with_plain_ends, sources_of(other))) == sources_of(plain)
    assert other.run.cell.source == change(run.cell.source)
    assert all("\r" in source for source in sources_of(other))


@given(
    text=st.text(alphabet="\r\n\x0b\x0c\x1c\x85\u2028\udce9", min_size=1, max_size=3),
    data=st.data(),
)
def test_whatever_ends_a_line_no_rule_fails(text, data):
    run = TrainingRun.load(data.draw(st.sampled_from([CRASH, HEAD])))
    place = data.draw(st.integers(0, len(run.cell.source)))
    report = diagnose(with_text(run, lambda own: own[:place] + text + own[place:]))
    assert not [check for check in report.checks if check.status == "crashed"]


@pytest.mark.parametrize("suffix", [".json", ".html", ".txt"])
def test_a_lone_surrogate_is_saved_and_read_back(tmp_path, suffix):
    run = TrainingRun.load(CRASH)
    message = "caf\udce9.txt"
    run = replace(run, error=replace(run.error, message=message))
    diagnose(run).save(tmp_path / f"report{suffix}")
    text = (tmp_path / f"report{suffix}").read_text(encoding="utf-8")
    if suffix == ".json":
        assert Report.from_dict(json.loads(text)).run.error.message == message
        run.save(tmp_path / "run.json")
        assert TrainingRun.load(tmp_path / "run.json") == run


def test_one_module_splits_lines():
    found = [
        str(path)
        for path in Path(nbdiag.__file__).parent.rglob("*")
        if path.suffix in (".py", ".html")
        if path.name != "lines.py" and ".splitlines(" in path.read_text()
    ]
    assert not found
