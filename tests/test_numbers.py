"""Numbers in sentences are written as they are said."""

import pytest

from nbdiag.language import say, speaking, worded
from tests.recorded import FILES, judged


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (6.2e3, "6,200"),
        (999_999.4, "999,999"),
        (4e7, "40 million"),
        (-2.5e9, "-2.5 billion"),
        (7.684e13, "76.8 trillion"),
        (3.4e38, "3.4e+38"),
    ],
)
def test_a_large_number_is_said_in_words(value, words):
    assert worded(value) == words


def test_a_template_says_it_so_and_leaves_the_users_text_as_it_is():
    said = say("{times:.3g} times in {code}", times=6200.0, code="x = 1e+05")
    assert said == "6,200 times in x = 1e+05"
    assert say("{rate:g}", rate=1e-05) == "1e-05"
    with speaking("zh"):
        assert "million" not in say("{times:.3g}", times=4e7)


def test_no_finding_of_a_recorded_run_has_an_exponent_for_a_large_number():
    found = {
        (path.stem, item.code): item.message
        for path in FILES
        for item in judged(path).findings
        if "e+" in item.message
    }
    assert found == {}
