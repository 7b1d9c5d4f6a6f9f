"""Fixes tried on copies."""

import re
from typing import Any

import numpy as np
import pytest

from nbdiag.edits.changes import live_edits
from nbdiag.edits.live.edits import UNCHANGED
from nbdiag.language import speaking
from nbdiag.schema.changes import (
    AddCallback,
    Change,
    EncodeLabels,
    MetricSpec,
    RemoveLayer,
    ReplaceMetric,
    ScaleTargets,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
    SetOptimizerArgument,
    ShuffleRows,
)
from nbdiag.schema.finding import Fix, Proof
from nbdiag.trial.setup.training import Setup
from tests.trial.conftest import model_state, session_state

pytestmark = pytest.mark.training

Rows = tuple[np.ndarray, np.ndarray]


def proofs(setup: Setup, *changes: tuple[Change, ...], **options: Any) -> tuple[Proof, ...]:
    from nbdiag.trial.proof import prove

    fixes = [Fix(f"fix {number}", "safe", item) for number, item in enumerate(changes)]
    return prove(setup, fixes, **options)


def stack(*layers: Any, loss: str, optimizer: Any = "adam", **compiled: Any) -> Any:
    import keras

    model = keras.Sequential([keras.Input((8,)), *layers])
    model.compile(optimizer=optimizer, loss=loss, **compiled)
    return model


@pytest.fixture(scope="module")
def many() -> Rows:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(800, 8)).astype("float32")
    return x, (x[:, 0] + x[:, 1] > 0).astype("float32")


@pytest.fixture
def frozen_head(many: Rows) -> Setup:
    """A linear head that answers negative numbers only, under binary cross-entropy."""
    import keras

    model = stack(
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dropout(0.1),
        keras.layers.Dense(1, name="head", kernel_initializer=keras.initializers.Constant(-1.0)),
        loss="binary_crossentropy",
        optimizer=keras.optimizers.Adam(0.02),
        metrics=["acc"],
    )
    return Setup(
        model, {"x": many[0], "y": many[1], "validation_split": 0.2, "verbose": 0, "epochs": 9}
    )


SIGMOID = (SetLayerArgument("head", "activation", "sigmoid"),)
LOGITS = (SetLoss("binary_crossentropy", from_logits=True),)


def test_a_repair_is_better_and_the_numbers_say_so(frozen_head: Setup) -> None:
    activation, logits = proofs(frozen_head, SIGMOID, LOGITS)
    for proof in (activation, logits):
        assert proof.verdict == "better"
        assert proof.summary.startswith("0 of 4 train → 4 of 4 train after 40 steps; median AUC on")
        assert proof.trials[0].read_at == (10, 20, 40)
        areas, accuracies = proof.trials
        assert min(areas.after) > 0.9
        assert max(areas.before) < 0.62
        assert min(accuracies.after) > max(accuracies.before)
    # A sigmoid before the loss and the same inside the loss are one model: the arms are fair.
    assert np.allclose(activation.trials[0].after, logits.trials[0].after, atol=1e-6)


def test_nothing_of_the_users_is_touched(frozen_head: Setup) -> None:
    frozen_head.model.fit(**frozen_head.fit_arguments)
    before = model_state(frozen_head), session_state()
    callable_before = frozen_head.model.train_function
    wrong = (SetLayerArgument("head", "units", 3),)
    proofs(frozen_head, SIGMOID, wrong, (EncodeLabels("one_hot", 2),), steps=3)
    assert (model_state(frozen_head), session_state()) == before
    assert frozen_head.model.train_function is callable_before


def test_the_same_question_gets_the_same_answer(frozen_head: Setup) -> None:
    first = proofs(frozen_head, SIGMOID, steps=5)
    np.random.seed(99)  # noqa: NPY002 - where the streams stand must not matter
    assert proofs(frozen_head, SIGMOID, steps=5) == first


def test_a_change_without_effect_makes_no_difference(frozen_head: Setup) -> None:
    healthy = Setup(frozen_head.model, frozen_head.fit_arguments)
    (proof,) = proofs(healthy, (SetOptimizerArgument("epsilon", 1.1e-7),))
    assert proof.verdict == "no difference"
    assert proof.trials[0].steps == 160  # nothing trained, so it was tried for longer
    assert proof.trials[0].before == pytest.approx(proof.trials[0].after, abs=0.01)


def test_a_change_that_stops_a_healthy_training_is_worse(many: Rows) -> None:
    import keras

    model = stack(
        keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros"),
        loss="binary_crossentropy",
        optimizer=keras.optimizers.Adam(0.05),
    )
    setup = Setup(model, {"x": many[0], "y": many[1], "epochs": 2})
    (proof,) = proofs(setup, (SetOptimizerArgument("learning_rate", 0.0),))
    assert proof.verdict == "worse"
    assert set(proof.trials[0].after) == {0.5}


def test_what_cannot_be_tried_says_why(frozen_head: Setup) -> None:
    shapes, unknown, quiet, late = proofs(
        frozen_head,
        (SetLayerArgument("head", "units", 3), SetLoss("categorical_crossentropy")),
        (SetLayerArgument("tail", "units", 2),),
        (ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0})),),
        (AddCallback("EarlyStopping"), SetFitArgument("epochs", 500_000)),
        steps=2,
    )
    assert shapes.verdict == "failed"
    assert shapes.summary.startswith("The fix could not be trained: ValueError:")
    reason = "Not tried: the model has no layer called tail."
    assert unknown == Proof("cannot be judged", reason)
    assert quiet.verdict == "no difference"
    assert not quiet.trials
    assert late.verdict == "undecided"
    assert "2 steps cannot show it, and the whole training has 10000000." in late.summary
    assert "--budget" in late.summary


def test_rows_in_a_stream_are_not_taken(frozen_head: Setup) -> None:
    def forever() -> Any:
        yield frozen_head.fit_arguments["x"][:8], frozen_head.fit_arguments["y"][:8]

    stream = forever()
    (proof,) = proofs(Setup(frozen_head.model, {"x": stream}), SIGMOID)
    assert proof.verdict == "cannot be judged"
    assert "come from a generator, and none was seen in passing" in proof.summary
    assert len(next(stream)[0]) == 8


def test_a_training_that_crashes_as_it_stands_can_be_repaired(many: Rows) -> None:
    import keras

    model = stack(
        keras.layers.Dense(2, activation="softmax", name="head"),
        loss="categorical_crossentropy",
        optimizer=keras.optimizers.Adam(0.05),
    )
    (proof,) = proofs(
        Setup(model, {"x": many[0], "y": many[1], "epochs": 2}), (EncodeLabels("one_hot", 2),)
    )
    assert proof.verdict == "better"
    assert "(unchanged, ValueError" in proof.summary


def test_numbers_are_compared_on_their_own_scale(many: Rows) -> None:
    import keras

    y = 500 + 90 * many[0][:, 2]
    model = stack(keras.layers.Dense(1), loss="mse", optimizer=keras.optimizers.Adam(0.05))
    setup = Setup(
        model, {"x": many[0], "y": y, "validation_data": (many[0][:99], y[:99]), "epochs": 2}
    )
    (proof,) = proofs(setup, (ScaleTargets(500.0, 90.0),))
    assert proof.verdict == "better"
    assert "median R² on 99 held-out samples" in proof.summary
    assert len(proof.trials) == 1


def test_a_class_that_the_split_cuts_off_comes_back_with_shuffled_rows() -> None:
    import keras

    rng = np.random.default_rng(2)
    y = np.repeat([0, 1, 2], 300)
    x = rng.normal(size=(900, 8)) + 2 * np.eye(8)[y]
    model = stack(
        keras.layers.Dense(3, activation="softmax"),
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.Adam(0.05),
    )
    setup = Setup(model, {"x": x, "y": y, "validation_split": 1 / 3, "epochs": 3})
    (proof,) = proofs(setup, (ShuffleRows(0),))
    accuracy = proof.trials[1]
    assert max(accuracy.before) < 0.7
    assert min(accuracy.after) > 0.8


def starts(setup: Setup, *changes: Change, seed: int = 3) -> tuple[dict[str, Any], dict[str, Any]]:
    from nbdiag.capture.state_guard import preserve_state
    from nbdiag.trial.held_out import possible_held_out
    from nbdiag.trial.run import Arm

    held_out = next(possible_held_out(setup.fit_arguments))
    with preserve_state(runs_user_code=True):
        before = Arm(setup, UNCHANGED, held_out)
        after = Arm(setup, live_edits(changes), held_out, like=before)
        return before.by_path(seed), after.by_path(seed)


def test_both_arms_start_alike(frozen_head: Setup) -> None:
    before, after = starts(
        frozen_head, SetLayerArgument("head", "units", 2), SetLoss("binary_crossentropy")
    )
    assert before.keys() == after.keys()
    alike = {path for path in before if np.array_equal(before[path], after[path])}
    assert {path for path in before if "head" not in path} <= alike


def test_what_is_initialized_otherwise_does_not_start_alike(frozen_head: Setup) -> None:
    before, after = starts(
        frozen_head,
        SetLayerArgument("head", "kernel_initializer", "glorot_uniform"),
        SetLayerArgument("head", "activation", "sigmoid"),
    )
    alike = {path for path in before if np.array_equal(before[path], after[path])}
    (other,) = set(before) - alike
    assert other.endswith("head/kernel")


def test_a_fix_of_equal_initial_weights_is_better_and_its_reverse_worse(many: Rows) -> None:
    import keras

    def setup(initializer: str) -> Setup:
        layers = [
            keras.layers.Dense(16, activation="relu", kernel_initializer=initializer, name="a"),
            keras.layers.Dense(1, activation="sigmoid", kernel_initializer=initializer, name="b"),
        ]
        model = stack(*layers, loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.02))
        return Setup(model, {"x": many[0], "y": many[1], "epochs": 3})

    def change(initializer: str) -> tuple[Change, ...]:
        return tuple(SetLayerArgument(name, "kernel_initializer", initializer) for name in "ab")

    (cure,) = proofs(setup("zeros"), change("glorot_uniform"))
    (poison,) = proofs(setup("glorot_uniform"), change("zeros"))
    assert (cure.verdict, poison.verdict) == ("better", "worse")


def test_a_shuffle_of_the_samples_is_not_better(frozen_head: Setup) -> None:
    stuck, sound = proofs(frozen_head, (ShuffleRows(1),), (*SIGMOID, ShuffleRows(1)))
    assert stuck.verdict == "no difference"
    assert sound.verdict == "better"


def test_batches_are_those_of_the_seed(frozen_head: Setup) -> None:
    from itertools import islice

    from nbdiag.trial.held_out import batches, possible_held_out, training_rows

    held_out = next(possible_held_out(frozen_head.fit_arguments))
    rows = training_rows(frozen_head.fit_arguments, UNCHANGED, held_out)
    assert not set(rows) & set(held_out.folds[0])
    assert max(rows) < 640
    given = {"batch_size": 32}
    one, two, other = (
        np.concatenate(list(islice(batches(rows, given, seed), 30))) for seed in (0, 0, 1)
    )
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)
    assert sorted(one[: len(rows)]) == sorted(rows)
    in_order = list(islice(batches(rows, {"batch_size": 5, "shuffle": False}, 0), 2))
    assert np.array_equal(np.concatenate(in_order), rows[:10])


def test_few_samples_are_judged_in_turn_and_too_few_not_at_all(many: Rows) -> None:
    import keras

    def proof(count: int) -> Proof:
        model = stack(
            keras.layers.Dense(1, activation="sigmoid"),
            loss="binary_crossentropy",
            optimizer=keras.optimizers.SGD(1e-6),
        )
        given = {"x": many[0][:count], "y": many[1][:count], "epochs": 20}
        return proofs(Setup(model, given), (SetOptimizerArgument("learning_rate", 0.5),))[0]

    few = proof(60)
    assert few.verdict == "better"
    assert "on 60 held-out samples" in few.summary
    assert few.summary.endswith("each was judged by a training without it.")
    none = proof(9)
    assert (none.verdict, none.trials) == ("cannot be judged", ())
    assert "there are only 9 of them" in none.summary


def test_samples_of_one_class_cannot_judge(many: Rows, frozen_head: Setup) -> None:
    ones = np.ones(800, "float32")
    (proof,) = proofs(Setup(frozen_head.model, {"x": many[0], "y": ones}), SIGMOID)
    assert proof.verdict == "cannot be judged"
    assert "they are all of one class" in proof.summary
    # Validation samples of one class are passed over for training samples.
    given = {**frozen_head.fit_arguments, "validation_data": (many[0][:50], ones[:50])}
    (proof,) = proofs(Setup(frozen_head.model, given), SIGMOID)
    assert proof.verdict == "better"
    assert "on 160 held-out samples" in proof.summary


def test_callbacks_that_steer_take_part_and_others_are_named(many: Rows) -> None:
    import keras

    model = stack(
        keras.layers.Dense(1, activation="sigmoid"),
        loss="binary_crossentropy",
        optimizer=keras.optimizers.SGD(0.1),
    )
    called: list[int] = []
    callbacks = [
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: 1e-9),
        keras.callbacks.LambdaCallback(on_train_begin=called.append),
    ]
    given = {"x": many[0], "y": many[1], "epochs": 4, "callbacks": callbacks}
    (proof,) = proofs(Setup(model, given), (SetOptimizerArgument("learning_rate", 0.5),))
    assert proof.verdict == "no difference"  # the schedule sets the rate of both
    assert proof.summary.endswith("Callbacks that took no part: LambdaCallback.")
    assert called == []


def test_a_training_that_a_callback_ends_is_read_where_it_ended(many: Rows) -> None:
    import keras

    model = stack(
        keras.layers.Dense(1, activation="sigmoid"),
        loss="binary_crossentropy",
        optimizer=keras.optimizers.SGD(0.0),
    )
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=1)
    given = {"x": many[0], "y": many[1], "epochs": 9, "callbacks": stop, "validation_split": 0.2}
    from nbdiag.capture.state_guard import preserve_state
    from nbdiag.trial.held_out import possible_held_out
    from nbdiag.trial.run import Arm

    with preserve_state(runs_user_code=True):
        arm = Arm(Setup(model, given), UNCHANGED, next(possible_held_out(given)))
        course = arm.train(0, 160, keep=True)
        (training,) = arm._trainings[0]
    assert training.done == 40  # two epochs of 20 steps
    assert course.steps[-1] == 160


def test_a_longer_training_is_tried_as_a_whole(many: Rows) -> None:
    import keras

    model = stack(
        keras.layers.Dense(1, activation="sigmoid"),
        loss="binary_crossentropy",
        optimizer=keras.optimizers.SGD(0.05),
    )
    given = {"x": many[0], "y": many[1], "batch_size": 640, "epochs": 1}
    (proof,) = proofs(Setup(model, given), (SetFitArgument("epochs", 60),))
    assert proof.verdict == "better"
    assert "after 2 → 120 steps" in proof.summary


def test_a_training_goes_on_where_it_was_kept(frozen_head: Setup) -> None:
    from nbdiag.capture.state_guard import preserve_state
    from nbdiag.trial.held_out import possible_held_out
    from nbdiag.trial.run import Arm

    held_out = next(possible_held_out(frozen_head.fit_arguments))
    with preserve_state(runs_user_code=True):
        arm = Arm(frozen_head, live_edits(SIGMOID), held_out)
        whole = arm.train(5, 40)
        arm.train(5, 20, keep=True)
        arm.train(6, 20)
        resumed = arm.train(5, 40)
    assert resumed.steps == whole.steps
    assert [item[0].value for item in resumed.readings] == pytest.approx(
        [item[0].value for item in whole.readings], abs=1e-6
    )


def test_several_processes_find_what_one_finds(frozen_head: Setup) -> None:
    lost = (SetLayerArgument("nowhere", "units", 2),)
    tries = (SIGMOID, LOGITS, lost)
    with speaking("zh"):
        alone = proofs(frozen_head, *tries, seeds=(0,), steps=10)
        shared = proofs(frozen_head, *tries, seeds=(0,), steps=10, n_jobs=2)
    assert "nowhere" in shared[-1].summary
    assert not any(re.search("[a-z] [a-z]", proof.summary) for proof in shared)
    for one, other in zip(alone, shared, strict=True):
        assert (one.verdict, one.summary) == (other.verdict, other.summary)
        for here, there in zip(one.trials, other.trials, strict=True):
            assert here.after == pytest.approx(there.after, abs=1e-5)


def test_a_subclassed_model_is_tried_with_its_own_loss(many: Rows) -> None:
    import keras

    class Own(keras.Model):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.hidden = keras.layers.Dense(width, activation="relu", name="hidden")
            self.head = keras.layers.Dense(1, activation="sigmoid", name="head")

        def call(self, x: Any) -> Any:
            return self.head(self.hidden(x))

    model = Own(16)
    model.compile(keras.optimizers.SGD(1e-6), lambda y, p: keras.ops.mean((y - p) ** 2))
    given = {"x": many[0], "y": many[1][:, None], "epochs": 3, "verbose": 0}
    model.fit(**given)
    before = [np.array(item).tobytes() for item in model.variables]
    (proof,) = proofs(Setup(model, given), (SetOptimizerArgument("learning_rate", 1.0),))
    assert proof.verdict == "better"
    assert [np.array(item).tobytes() for item in model.variables] == before


def test_outputs_of_different_kinds_are_not_averaged(many: Rows) -> None:
    import keras

    given = keras.Input((8,))
    hidden = keras.layers.Dense(16, activation="relu")(given)
    model = keras.Model(
        given,
        [
            keras.layers.Dense(1, activation="sigmoid", name="kind")(hidden),
            keras.layers.Dense(1, name="size")(hidden),
        ],
    )
    model.compile(keras.optimizers.Adam(1e-6), {"kind": "binary_crossentropy", "size": "mse"})
    labels = {"kind": many[1], "size": many[0][:, 2]}
    setup = Setup(model, {"x": many[0], "y": labels, "epochs": 20})
    (proof,) = proofs(setup, (SetOptimizerArgument("learning_rate", 0.02),))
    assert proof.verdict == "better"
    assert [item.output for item in proof.trials] == ["kind", "kind", "size"]
    assert "kind: 0 of" in proof.summary
    assert "median R² on" in proof.summary


def test_an_output_that_the_fix_renames_is_still_read(many: Rows) -> None:
    import keras

    model = stack(
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, name="inner"),
        keras.layers.Lambda(lambda x: -keras.ops.abs(x) - 1, name="outer"),
        loss="binary_crossentropy",
        optimizer=keras.optimizers.Adam(0.02),
    )
    setup = Setup(model, {"x": many[0], "y": many[1], "epochs": 4})
    removed = (RemoveLayer("outer"), SetLayerArgument("inner", "activation", "sigmoid"))
    (proof,) = proofs(setup, removed)
    assert proof.verdict == "better"
