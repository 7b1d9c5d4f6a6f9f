"""``%traindiag rate``: what is said, and the whole way from a dead rate to a training that learns."""

import numpy as np
import pytest
from IPython.core.error import UsageError

import nbdiag
from nbdiag.magics.rate_report import outcome
from nbdiag.schema.changes import SetOptimizerArgument
from nbdiag.schema.finding import Fix
from nbdiag.schema.range_test import RangeTest
from tests.magics.recorded import remember, report_on

FOUND = RangeTest((1e-6, 1e-3, 1.0), (2.0, 1.0, 4.0), 1e-4, "The loss fell: try 0.0001.")

CELL = Fix("Set it", "review", (SetOptimizerArgument("learning_rate", 1e-4),), source="…")

DATA = """
import keras, numpy as np
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x_train = rng.normal(size=(256, 4)).astype("float32")
y_train = (x_train[:, 0] > 0).astype("float32")
"""
TRAIN = """\
model = keras.Sequential([
    keras.Input(shape=(4,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="{head}"),
])
model.compile(optimizer={optimizer}, loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=8, verbose=0)
"""
TOO_LOW = TRAIN.format(head="sigmoid", optimizer="keras.optimizers.Adam(1e-7)")
ONE_UNIT = TRAIN.format(head="softmax", optimizer="keras.optimizers.Adam(1e-7)")
SCHEDULED = TRAIN.format(
    head="sigmoid",
    optimizer="keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(1e-7, 9, 0.9))",
)


def test_a_rate_as_good_is_kept():
    said = outcome(report_on("nbd202_faulty_adam"), FOUND, 2e-4, None, None)
    assert said.startswith("The loss fell: try 0.0001.\n")
    assert "Your learning rate of 0.0002 is too close to that" in said


def test_another_cause_is_pointed_at():
    report = report_on("nbd103_faulty_one_softmax_unit")
    said = outcome(report, FOUND, 0.1, None, CELL)
    assert "NBD103, the cause in the report, was not repaired in this copy" in said
    assert "%traindiag rate NBD103" in said
    first = report.principal.fixes[0]
    assert f"“{first.title}” was applied first" in outcome(report, FOUND, 0.1, first, CELL)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "add --prove to %%traindiag and run the cell again."),
        ("NBD999", "has no finding NBD999"),
        ("NBD202 9", "give a number from 1, not '9'"),
        ("NBD202 1 2", "There is no command"),
    ],
)
def test_what_cannot_be_tested_is_said_in_a_sentence(book, line, said):
    remember(book, "nbd202_faulty_adam")
    assert isinstance(book.error(f"%traindiag rate {line}"), UsageError)
    assert said in book.text
    assert book.tracebacks == []


def test_a_rate_needs_a_report(book):
    assert isinstance(book.error("%traindiag rate"), UsageError)
    assert "There is no report yet" in book.text


@pytest.mark.training
def test_a_found_rate_is_one_cell_away_and_trains(book):
    book.run(DATA)
    book.run("%%traindiag --no-panel\n" + TOO_LOW)
    assert nbdiag.last_report().principal.code == "NBD202"
    weights = [np.array(item) for item in book.shell.user_ns["model"].get_weights()]

    assert book.error("%traindiag rate") is None
    assert "The new cell below does it." in book.text
    for before, after in zip(weights, book.shell.user_ns["model"].get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)

    book.run(book.shell.rl_next_input)
    assert book.shell.user_ns["history"].history["accuracy"][-1] > 0.9


@pytest.mark.training
def test_a_rate_is_found_for_what_a_fix_makes_of_the_training(book):
    book.run(DATA)
    book.run("%%traindiag --no-panel\n" + ONE_UNIT)
    assert book.error("%traindiag rate NBD103") is None, book.text
    cell = book.shell.rl_next_input
    assert "'softmax'" not in cell
    assert "1e-07" not in cell
    book.run(cell)
    assert book.shell.user_ns["history"].history["accuracy"][-1] > 0.9


@pytest.mark.training
def test_a_schedule_is_refused_in_a_sentence(book):
    book.run(DATA)
    book.run("%%traindiag --no-panel\n" + SCHEDULED)
    assert isinstance(book.error("%traindiag rate"), UsageError)
    assert "No learning rate can be tested: the learning rate follows a schedule." in book.text


@pytest.mark.training
def test_a_proof_tries_the_found_rate_too(book):
    book.run(DATA)
    book.run("%%traindiag --no-panel --prove\n" + TOO_LOW)
    finding = nbdiag.last_report().find("NBD202")
    (found,) = [fix for fix in finding.fixes if "range test" in fix.title]
    assert found.source
    assert found.proof.verdict == "better"
    assert [item.name for item in finding.evidence].count("range test") == 1

    book.run("%traindiag prove")
    again = nbdiag.last_report().find("NBD202")
    assert [item.name for item in again.evidence].count("range test") == 1
