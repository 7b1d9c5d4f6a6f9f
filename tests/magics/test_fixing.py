"""``%traindiag fix`` and ``prove`` on a recorded run, without a training."""

import pytest
from IPython.core.error import UsageError

from nbdiag.combined_cell import joined
from tests.magics.recorded import remember


@pytest.fixture
def report(book):
    return remember(book, "nbd302_faulty_squared_error")


def handed_over(book, line):
    assert book.error(f"%traindiag fix {line}") is None, book.text
    return book.shell.rl_next_input


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [("nbd102", "NBD102", 0), ("NBD201", "NBD201", 0), ("NBD201 2", "NBD201", 1)],
)
def test_one_code_hands_over_exactly_that_source(book, report, line, code, place):
    assert handed_over(book, line) == report.find(code).fixes[place].source


@pytest.mark.parametrize(
    ("line", "picks"),
    [
        ("NBD102 NBD401", [("NBD102", 0), ("NBD401", 0)]),
        ("NBD201 2 NBD102", [("NBD201", 1), ("NBD102", 0)]),
        ("NBD102 1 NBD201 2 NBD401 1", [("NBD102", 0), ("NBD201", 1), ("NBD401", 0)]),
    ],
)
def test_several_codes_hand_over_one_cell_with_all(book, report, line, picks):
    findings = [(report.find(code), place) for code, place in picks]
    whole = joined(report.run, [(finding, finding.fixes[place]) for finding, place in findings])
    assert handed_over(book, line) == whole.source


def test_a_fix_named_twice_is_made_once(book, report):
    assert handed_over(book, "NBD102 nbd102 1") == report.find("NBD102").fixes[0].source


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("NBD999", "has no finding NBD999. It has: NBD102, "),
        ("NBD102 NBD999", "has no finding NBD999"),
        ("NBD201 9", "NBD201 has 2 fixes: give a number from 1, not '9'"),
        ("NBD102 NBD201 0", "give a number from 1, not '0'"),
        ("NBD102 1 2", "takes rule codes, each followed by at most one number: not '2'"),
    ],
)
def test_a_wrong_choice_is_one_sentence(book, report, line, said):
    assert isinstance(book.error(f"%traindiag fix {line}"), UsageError)
    assert said in book.text
    assert book.tracebacks == []


def test_contradicting_fixes_are_refused(book):
    remember(book, "nbd101_faulty_linear_unit")
    assert isinstance(book.error("%traindiag fix NBD101 1 NBD101 2"), UsageError)
    assert "contradict each other, because each sets how the model ends" in book.text


def test_what_is_to_be_made_by_hand_is_told(book):
    remember(book, "names_and_numbers")
    assert isinstance(book.error("%traindiag fix NBD706"), UsageError)
    assert "Fix 1 of NBD706 must be made by hand." in book.text
    assert "To be changed by hand: shuffle inputs and labels together" in book.text


def test_a_proof_needs_the_training_and_says_how_to_get_one(book, report):
    assert isinstance(book.error("%traindiag prove"), UsageError)
    assert "add --prove to %%traindiag and run the cell again." in book.text
    assert isinstance(book.error("%traindiag prove NBD999"), UsageError)
    assert "has no finding NBD999" in book.text


def test_there_is_nothing_to_prove_without_a_fix(book, report):
    assert isinstance(book.error("%traindiag prove NBD302"), UsageError)
    assert "There is no fix to try" in book.text
