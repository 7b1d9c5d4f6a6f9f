from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from nbdiag.edits.new_cell import diff
from nbdiag.render.changed_lines import code_line, edits_of
from nbdiag.schema.finding import Fix
from tests.render import stories


def fix_of(old, new):
    return Fix("t", "safe", (), source=new, diff=diff(old, new))


def whole(line):
    return line.sign + "".join(text for text, _ in line.pieces)


def test_words_that_differ_are_marked_and_the_line_is_numbered_as_in_the_cell():
    (edit,) = edits_of(stories.nothing_moves().findings[0].fixes[0])
    old, new = edit.lines
    assert edit.line == 6
    assert [text for text, differs in new.pieces if differs] == [', activation="sigmoid"']
    assert not any(differs for _, differs in old.pieces)


def test_lines_that_share_little_are_not_marked():
    (edit,) = edits_of(fix_of("a = 1\n", "model.fit(x, y)\n"))
    assert not any(differs for line in edit.lines for _, differs in line.pieces)


def test_two_places_are_two_edits():
    old = "\n".join(f"line {number}" for number in range(30))
    new = old.replace("line 2\n", "").replace("line 20", "line twenty")
    assert [edit.line for edit in edits_of(fix_of(old, new))] == [3, 21]


def test_a_line_of_the_users_that_looks_like_a_header_is_kept():
    (edit,) = edits_of(fix_of("-- x\n", "++ x\n"))
    assert [whole(line) for line in edit.lines] == ["--- x", "+++ x"]


def test_a_finding_comes_from_the_first_line_that_its_fix_changes():
    cause = stories.nothing_moves().findings[0]
    assert code_line(cause) == (6, "layers.Dense(1),  # positive or not")


@pytest.mark.parametrize("number", [5, 6])
def test_a_fix_that_replaces_much_has_no_one_line(number):
    cause = stories.nothing_moves().findings[0]
    old = "\n".join(f"old {place}" for place in range(number))
    fix = replace(cause.fixes[0], diff=diff(old, "all of it is new"))
    assert (code_line(replace(cause, fixes=(fix,))) is None) == (number > 5)


def test_a_fix_that_only_adds_lines_has_no_line():
    cause = stories.nothing_moves().findings[0]
    fix = fix_of("a = 1\n", "a = 1\nb = 2\n")
    assert code_line(replace(cause, fixes=(fix,))) is None
    assert code_line(replace(cause, fixes=())) is None


LINES = st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12))


@given(LINES, LINES)
def test_every_changed_line_is_there_in_order_and_nothing_else(old, new):
    made = diff("\n".join(old), "\n".join(new))
    changed = [line for line in made.split("\n")[2:] if line[:1] in ("+", "-")]
    edits = edits_of(Fix("t", "safe", (), diff=made))
    assert [whole(line) for edit in edits for line in edit.lines] == changed
