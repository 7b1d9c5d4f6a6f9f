import os
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from nbdiag.render import text
from nbdiag.render.phrases import clean
from nbdiag.schema.failure import RunError
from nbdiag.schema.finding import Proof
from tests.render import stories
from tests.render.markup import poisoned

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("name", sorted(stories.STORIES))
def test_text_is_the_one_that_was_read_and_approved(name):
    """Set NBDIAG_GOLDEN=write to renew the files, then read them."""
    written = text.write(stories.STORIES[name]())
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("NBDIAG_GOLDEN") == "write":
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


def test_cause_comes_first_and_its_symptoms_follow():
    lines = text.write(stories.nothing_moves()).splitlines()
    assert lines[0] == "nbdiag: ERROR NBD101 cross entropy without probabilities (proven)"
    places = [
        next(place for place, line in enumerate(lines) if word in line)
        for word in ("NBD101", "output range", "NBD301 frozen", "%traindiag fix NBD101", "Checks:")
    ]
    assert places == sorted(places)


def test_symptom_that_nothing_explains_says_so():
    assert "NBD301 frozen training (no cause found explains it)" in text.write(
        stories.unexplained()
    )


def test_fix_that_is_only_shown_names_no_command():
    assert "%traindiag fix NBD402" not in text.write(stories.wrong_loss())


def test_second_fix_is_asked_for_by_its_number():
    assert "%traindiag fix NBD101 2" in text.write(stories.nothing_moves())


def test_stopped_training_is_called_stopped():
    report = stories.one_epoch()
    stopped = replace(report, run=replace(report.run, interrupted=True))
    assert "Stopped by you after 1 epoch" in text.write(stopped)


def test_outcome_of_a_trial_is_told():
    report = stories.nothing_moves()
    cause = report.findings[0]
    fix = replace(cause.fixes[0], proof=Proof("better", "5 of 5 train, 1 of 5 before."))
    told = report.with_findings((replace(cause, fixes=(fix,)),))
    assert "Tried: 5 of 5 train, 1 of 5 before." in text.write(told)


def test_colour_codes_of_an_exception_do_not_reach_the_terminal():
    report = stories.crashed()
    error = RunError("ValueError", "\x1b[31mshape\x1b[0m \x00mismatch\n\nat \x1b]0;title\x07layer")
    written = text.write(replace(report, run=replace(report.run, error=error)))
    assert "ValueError: shape \\x00mismatch at\n  layer" in written


@given(st.text())
def test_no_control_character_survives(given_text):
    written = text.write(poisoned(stories.wrong_loss(), given_text))
    assert all(letter >= " " or letter == "\n" for letter in written.replace("\t", " "))


@given(st.text())
def test_clean_text_stays_as_it_is(given_text):
    assert clean(clean(given_text)) == clean(given_text)


def test_in_a_terminal_the_cause_and_its_fix_come_last_and_no_line_is_too_long():
    lines = text.write(stories.nothing_moves(), columns=72).rstrip().splitlines()
    places = [
        next(place for place, line in enumerate(lines) if word in line)
        for word in ("Training curves", "Checks:", "nbdiag: ERROR NBD101", "%traindiag fix NBD101")
    ]
    assert places == sorted(places)
    prose = [line for line in lines if not line.startswith("    | ")]
    assert max(map(len, prose)) <= 72
    assert not any("skipped " in line and "NBD401" in line for line in lines)
    assert "probe before step 1" not in "\n".join(lines)  # the column that has no room
    assert "skipped" in text.write(stories.nothing_moves())
