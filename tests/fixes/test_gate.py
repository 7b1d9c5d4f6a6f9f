"""What the gate before every button lets pass and what it holds back, a case on both sides each."""

import pytest

from nbdiag.diagnosis import diagnose
from nbdiag.facts.session.previous_run import mark_of
from nbdiag.fixes.gate import misread_labels, objection
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import (
    EncodeLabels,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
)
from nbdiag.schema.run import PastRun
from tests.factory import classes, make_run, normal, one_hot
from tests.recorded import FILES, diagnosed, groups, load

EPOCHS = (SetFitArgument("epochs", 9),)
CELL = "model.compile(loss='mse')\nmodel.fit(x, y,\n          epochs=3)\n"


def in_cell(source, **fields):
    return make_run(cell=Cell(3, source), **fields)


def test_the_cell_that_is_there_is_not_offered():
    run = in_cell(CELL)
    assert objection(run, EPOCHS, "model.compile(loss = 'mse')\nmodel.fit(x, y, epochs=3)  # now")
    assert not objection(run, EPOCHS, CELL.replace("3", "9"))


def test_a_line_taken_out_of_a_loop_is_another_cell():
    run = in_cell("for i in range(3):\n    a()\n    b()\n")
    assert not objection(run, EPOCHS, "for i in range(3):\n    a()\nb()\n")


def test_a_cell_that_python_cannot_read_is_compared_without_blanks():
    run = in_cell("model.fit(x, y")
    assert objection(run, EPOCHS, "model.fit(x,y\n")
    assert not objection(run, EPOCHS, "model.fit(x, y)")


def repaired(first, second, **fields):
    """Make the run of the second cell, which the run of the first cell has offered."""
    past = PastRun(2, "m", (), {}, source=first, offers=(mark_of(second),))
    return in_cell(second, previous=(past,), **fields)


SPARSE = CELL.replace("mse", "sparse_categorical_crossentropy")
ONE_HOT = CELL.replace("mse", "categorical_crossentropy")


def test_the_cell_that_was_repaired_does_not_come_back():
    run = repaired(SPARSE, ONE_HOT)
    assert objection(run, EPOCHS, SPARSE)
    assert not objection(run, EPOCHS, ONE_HOT.replace("3", "9"))


def test_a_repair_is_not_undone_in_a_cell_that_has_grown():
    setup = "y = make(3)\n"
    earlier = (Cell(1, setup),)
    run = repaired(SPARSE, setup + ONE_HOT, earlier=earlier)
    assert objection(run, EPOCHS, setup + SPARSE)
    assert not objection(run, EPOCHS, setup + ONE_HOT.replace("categorical", "binary"))


def test_what_an_earlier_repair_added_is_not_taken_out():
    added = CELL + "model.evaluate(x, y)\n"
    assert objection(repaired(CELL, added), EPOCHS, CELL)


def test_no_earlier_cell_of_the_same_chain_comes_back():
    older = PastRun(1, "m", (), {}, source=CELL, offers=(mark_of(SPARSE),))
    run = repaired(SPARSE, ONE_HOT)
    run = in_cell(ONE_HOT, previous=(older, *run.previous))
    assert objection(run, EPOCHS, CELL)


def test_what_the_user_wrote_may_be_written_back():
    past = PastRun(2, "m", (), {}, source=SPARSE)
    assert not objection(in_cell(ONE_HOT, previous=(past,)), EPOCHS, SPARSE)


SOUND = make_run(activation="softmax", units=5, loss="categorical_crossentropy", labels=classes(5))
HEAD = SOUND.model.heads[0].output


@pytest.mark.parametrize(
    "changes",
    [
        (SetLoss("sparse_categorical_crossentropy"),),
        (EncodeLabels("one_hot", 5),),
        (SetFitArgument("epochs", 9),),
    ],
)
def test_sound_class_numbers_may_get_their_loss(changes):
    assert not misread_labels(SOUND, changes)


@pytest.mark.parametrize(
    "changes",
    [
        (SetLayerArgument(HEAD, "units", 1),),
        (SetLoss("sparse_categorical_crossentropy"), SetLayerArgument(HEAD, "units", 6)),
        (SetLayerArgument("lstm", "return_sequences", value=False),),
        (SetLoss("binary_crossentropy"),),
        (SetLoss("mean_squared_error"),),
        (EncodeLabels("one_hot", 7),),
    ],
)
def test_sound_class_numbers_bend_nothing_else(changes):
    assert misread_labels(SOUND, changes)


def test_class_numbers_beyond_the_units_may_have_more_units():
    run = make_run(
        activation="softmax", units=5, loss="sparse_categorical_crossentropy", labels=classes(9)
    )
    assert not misread_labels(run, (SetLayerArgument(HEAD, "units", 9),))


def test_class_numbers_of_each_step_keep_the_steps():
    labels = classes(5, 600).reshape(200, 3)
    run = make_run(
        activation="softmax", output_shape=(3, 5), units=5,
        loss="categorical_crossentropy", labels=labels,
    )  # fmt: skip
    fewer = (SetLayerArgument("lstm", "return_sequences", value=False),)
    assert misread_labels(run, fewer)
    assert not misread_labels(run, (SetLoss("sparse_categorical_crossentropy"),))


def test_targets_are_not_stretched_to_the_outputs():
    run = make_run(
        activation="linear", units=4, loss="categorical_crossentropy", labels=normal(200)
    )
    assert misread_labels(run, (SetLoss("mean_squared_error"),))
    one = SetLayerArgument(run.model.heads[0].output, "units", 1)
    assert not misread_labels(run, (SetLoss("mean_squared_error"), one))


def test_rows_that_do_not_sum_to_one_get_no_cross_entropy():
    several = (normal(200, 4) > 0).astype("float32")
    for labels, refused in ((several, True), (one_hot(4), False)):
        run = make_run(activation="softmax", units=4, loss="mean_squared_error", labels=labels)
        assert bool(misread_labels(run, (SetLoss("categorical_crossentropy"),))) is refused


def test_fractions_get_no_loss_of_class_numbers():
    sparse = (SetLoss("sparse_categorical_crossentropy"),)
    for labels, refused in ((normal(200), True), (classes(4), False)):
        run = make_run(activation="linear", units=4, loss="mean_squared_error", labels=labels)
        assert bool(misread_labels(run, sparse)) is refused


def test_rows_of_columns_become_numbers_before_a_loss_reads_numbers():
    run = make_run(
        activation="softmax", units=4, loss="categorical_crossentropy", labels=one_hot(4)
    )
    sparse = SetLoss("sparse_categorical_crossentropy")
    assert misread_labels(run, (sparse,))
    assert not misread_labels(run, (sparse, EncodeLabels("class_index")))


def test_two_softmax_units_for_yes_or_no_need_the_sparse_loss():
    (path,) = (p for p in FILES if p.stem == "nbd806_faulty_two_units_for_yes_or_no")
    (fix,) = diagnose(load(path)).principal.fixes
    assert fix.changes == (SetLoss("sparse_categorical_crossentropy"),)


def test_no_fix_of_a_recorded_run_misreads_its_labels():
    for path in FILES:
        for finding in diagnosed(path).findings:
            for fix in finding.fixes:
                assert not misread_labels(load(path), fix.changes), (path.stem, fix.title)


EVERY = groups(FILES)


@pytest.mark.parametrize("group", EVERY)
def test_every_cell_that_is_offered_passes(group):
    for path in EVERY[group]:
        run = load(path)
        for fix in (fix for finding in diagnosed(path).findings for fix in finding.fixes):
            refused = fix.source and objection(run, fix.changes, fix.source)
            assert not refused, (path.stem, fix.title)
