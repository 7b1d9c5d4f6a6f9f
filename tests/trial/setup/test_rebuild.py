"""A live setup made again: what changes, what stays, and what is refused."""

from typing import Any

import numpy as np
import pytest

from nbdiag.edits.changes import live_edits
from nbdiag.edits.live.edits import CannotRebuild
from nbdiag.schema.changes import (
    AddCallback,
    Change,
    EncodeLabels,
    InsertLayer,
    MetricSpec,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    ScaleInputs,
    ScaleTargets,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
    ShuffleRows,
)
from nbdiag.trial.setup.training import Setup
from tests.trial.conftest import model_state, session_state

pytestmark = pytest.mark.training


def remade(setup: Setup, *changes: Change, seed: int | None = None) -> Setup:
    from nbdiag.trial.setup.rebuild import rebuild

    return rebuild(setup, live_edits(changes), seed)


def names(setup: Setup) -> list[str]:
    return [type(layer).__name__ for layer in setup.model.layers]


def layer(setup: Setup, name: str) -> Any:
    return setup.model.get_layer(name)


def test_a_plain_copy_has_the_same_settings_and_weights_of_its_own(sequential: Setup) -> None:
    copy = remade(sequential)
    old, new = sequential.model, copy.model
    assert [item.name for item in new.layers] == [item.name for item in old.layers]
    for before, after in zip(old.layers, new.layers, strict=True):
        assert after is not before
        assert after.output.shape == before.output.shape
    kernels = [np.array(item.get_layer("first").kernel) for item in (old, new)]
    assert kernels[0].shape == kernels[1].shape
    assert not np.array_equal(*kernels)
    assert new.optimizer is not old.optimizer
    assert float(new.optimizer.learning_rate) == pytest.approx(0.01)
    assert int(new.optimizer.iterations) == 0
    assert new.loss == "mse"
    assert layer(copy, "shrink").function is layer(sequential, "shrink").function


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(sequential: Setup) -> None:
    one, same, other = (remade(sequential, seed=seed).model.get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one[0], other[0])


def test_a_copy_trains(sequential: Setup) -> None:
    copy = remade(sequential, SetLoss("binary_crossentropy"), seed=0)
    history = copy.model.fit(**{**copy.fit_arguments, "epochs": 8}).history
    assert history["loss"][-1] < history["loss"][0]
    assert "acc" in history


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (SetLoss("binary_crossentropy"), ScaleInputs("standardize"), ShuffleRows(3)),
        (ScaleTargets(0.5, 2.0), InsertLayer("BatchNormalization", "first")),
        (EncodeLabels("one_hot", 2), SetLayerArgument("head", "units", 2)),
        (SetLayerArgument("no such layer", "units", 2),),
    ],
)
def test_nothing_of_the_users_is_touched(sequential: Setup, changes: tuple[Change, ...]) -> None:
    sequential.model.fit(**sequential.fit_arguments)
    before = model_state(sequential), session_state()
    try:
        remade(sequential, *changes, seed=7)
    except CannotRebuild:
        assert isinstance(changes[0], SetLayerArgument)
    assert (model_state(sequential), session_state()) == before


def test_the_head_its_loss_its_metric_and_its_labels_change_together(sequential: Setup) -> None:
    copy = remade(
        sequential,
        SetLayerArgument("head", "units", 2),
        SetLayerArgument("head", "activation", "softmax"),
        SetLoss("categorical_crossentropy"),
        ReplaceMetric("acc", MetricSpec("AUC", {"num_thresholds": 50, "name": "auc"})),
        EncodeLabels("one_hot", 2),
    )
    assert layer(copy, "head").activation.__name__ == "softmax"
    assert copy.model.output_shape == (None, 2)
    assert copy.model.loss == "categorical_crossentropy"
    assert copy.fit_arguments["y"].shape == (160, 2)
    history = copy.model.fit(**copy.fit_arguments).history
    assert set(history) == {"loss", "auc"}


def test_raw_scores_get_a_loss_and_a_metric_that_know_it(sequential: Setup) -> None:
    copy = remade(
        sequential,
        SetLayerArgument("head", "activation", "linear"),
        SetLoss("binary_crossentropy", from_logits=True),
        ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0})),
    )
    assert type(copy.model.loss).__name__ == "BinaryCrossentropy"
    assert copy.model.loss.get_config()["from_logits"] is True
    metric = copy.model._compile_metrics._user_metrics[0]
    assert metric.get_config()["threshold"] == 0.0


def test_the_same_metric_change_twice_is_a_no_op(sequential: Setup) -> None:
    change = ReplaceMetric("acc", MetricSpec("BinaryAccuracy"))
    once = remade(sequential, change)
    twice = remade(once, change)
    kinds = [type(item).__name__ for item in twice.model._compile_metrics._user_metrics]
    assert kinds == ["BinaryAccuracy"]
    with pytest.raises(CannotRebuild, match="no metric 'auc'"):
        remade(sequential, ReplaceMetric("auc", MetricSpec("BinaryAccuracy")))


def test_a_metric_comes_where_there_was_none(sequential: Setup) -> None:
    bare = remade(sequential, ReplaceMetric("acc", None))
    copy = remade(bare, ReplaceMetric("acc", MetricSpec("accuracy")))
    assert copy.model._compile_metrics._user_metrics == ["accuracy"]
    same = remade(sequential, ReplaceMetric("acc", MetricSpec("accuracy")))
    assert same.model._compile_metrics._user_metrics == ["acc"]


def test_a_metric_can_be_taken_out(sequential: Setup) -> None:
    copy = remade(sequential, ReplaceMetric("acc", None))
    assert set(copy.model.fit(**copy.fit_arguments).history) == {"loss"}


def test_optimizer_arguments_keep_the_others(sequential: Setup) -> None:
    copy = remade(
        sequential, SetOptimizerArgument("epsilon", 0.01), SetOptimizerArgument("amsgrad", True)
    )
    config = copy.model.optimizer.get_config()
    assert (config["epsilon"], config["amsgrad"]) == (0.01, True)
    assert config["learning_rate"] == pytest.approx(0.01)
    other = remade(sequential, SetOptimizer("SGD", {"learning_rate": 0.5, "momentum": 0.9}))
    assert type(other.model.optimizer).__name__ == "SGD"
    assert other.model.optimizer.get_config()["momentum"] == 0.9


def test_the_rate_before_the_first_step_can_be_given(sequential: Setup) -> None:
    sequential.model.optimizer.learning_rate = 1e-6
    copy = remade(Setup(sequential.model, sequential.fit_arguments, learning_rate=0.02))
    assert float(copy.model.optimizer.learning_rate) == pytest.approx(0.02)


def test_a_schedule_stays_and_can_be_replaced(sequential: Setup) -> None:
    import keras

    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    sequential.model.compile(keras.optimizers.Adam(schedule), "mse")
    assert remade(sequential).model.optimizer._learning_rate is schedule
    fixed = remade(sequential, SetOptimizerArgument("learning_rate", 0.003))
    assert fixed.model.optimizer.get_config()["learning_rate"] == pytest.approx(0.003)


def test_layers_come_in_go_out_and_change_class(sequential: Setup) -> None:
    copy = remade(
        sequential,
        InsertLayer("BatchNormalization", "first"),
        InsertLayer("GaussianNoise", "head", before=True, arguments={"stddev": 0.125}),
        InsertLayer("Rescaling", "given", arguments={"scale": 0.5}),
        RemoveLayer("shrink"),
        ReplaceLayer("drop", "AlphaDropout", {"rate": 0.1}),
        SetLayerArgument("first", "kernel_initializer", "he_normal"),
    )
    assert names(copy) == [
        "Rescaling",
        "Dense",
        "BatchNormalization",
        "AlphaDropout",
        "GaussianNoise",
        "Dense",
    ]
    assert layer(copy, "first").kernel_initializer.get_config()["seed"] is None
    assert type(layer(copy, "first").kernel_initializer).__name__ == "HeNormal"


def test_the_same_edits_work_on_a_graph(branched: Setup) -> None:
    copy = remade(
        branched,
        InsertLayer("BatchNormalization", "left"),
        InsertLayer("Dropout", "kind", before=True, arguments={"rate": 0.1}),
        ReplaceLayer("right", "Dense", {"units": 6, "activation": "relu"}),
        SetLayerArgument("deep", "activation", "relu"),
        SetLayerArgument("kind", "activation", "sigmoid"),
        SetLoss("binary_focal_crossentropy", output="kind"),
        ReplaceMetric("mae", None, output="size"),
    )
    model = copy.model
    assert model.output_names == ["kind", "size"]
    inner = model.get_layer("inner")
    assert inner.get_layer("deep").activation.__name__ == "relu"
    assert layer(copy, "right").activation.__name__ == "relu"
    assert model.loss == {"kind": "binary_focal_crossentropy", "size": "mse"}
    follower = layer(copy, "left")._outbound_nodes[0].operation
    assert type(follower).__name__ == "BatchNormalization"
    source = layer(copy, "kind")._inbound_nodes[0].input_tensors[0]._keras_history.operation
    assert type(source).__name__ == "Dropout"
    assert set(model.fit(**copy.fit_arguments).history) >= {"loss", "kind_acc"}


def test_a_layer_taken_out_of_a_graph_lets_its_input_through(branched: Setup) -> None:
    copy = remade(branched, RemoveLayer("inner"))
    assert "Functional" not in names(copy)
    assert copy.model.count_params() == branched.model.count_params() - 42


def test_scaling_goes_first_and_stands_there_once(sequential: Setup, branched: Setup) -> None:
    for setup in (sequential, branched):
        copy = remade(setup, ScaleInputs("standardize"))
        first = next(item for item in copy.model.layers if "Input" not in type(item).__name__)
        assert type(first).__name__ == "Normalization"
        wanted = setup.fit_arguments["x"].mean(axis=0)
        assert np.allclose(np.array(first.mean).ravel(), wanted, atol=1e-6)
        again = remade(copy, ScaleInputs("standardize"))
        assert names(again) == names(copy)
        kept = next(item for item in again.model.layers if "Input" not in type(item).__name__)
        assert np.allclose(np.array(kept.mean), np.array(first.mean))
    scaled = remade(sequential, ScaleInputs("rescale", 1 / 255, -0.5))
    assert (scaled.model.layers[0].scale, scaled.model.layers[0].offset) == (1 / 255, -0.5)
    assert names(remade(scaled, ScaleInputs("rescale", 1 / 255, -0.5))) == names(scaled)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (EncodeLabels("subtract", 1), [-1.0, 0.0]),
        (EncodeLabels("divide", 4), [0.0, 0.25]),
        (EncodeLabels("greater", 0), [0.0, 1.0]),
        (EncodeLabels("multiply", 3), [0.0, 3.0]),
        (ScaleTargets(1.0, 0.5), [-2.0, 0.0]),
    ],
)
def test_labels_change_on_both_sides_and_on_copies(
    sequential: Setup, change: Change, expected: list[float]
) -> None:
    x, y = sequential.fit_arguments["x"], sequential.fit_arguments["y"]
    setup = Setup(sequential.model, {"x": x, "y": y, "validation_data": (x[:9], y[:9])})
    copy = remade(setup, change)
    assert sorted(set(copy.fit_arguments["y"].tolist())) == expected
    assert np.array_equal(copy.fit_arguments["validation_data"][1], copy.fit_arguments["y"][:9])
    assert set(y.tolist()) == {0.0, 1.0}


def test_one_hot_and_class_index_are_inverse(sequential: Setup) -> None:
    hot = remade(sequential, EncodeLabels("one_hot", 2))
    again = remade(Setup(sequential.model, hot.fit_arguments), EncodeLabels("one_hot", 3))
    assert np.array_equal(again.fit_arguments["y"][:, :2], hot.fit_arguments["y"])
    back = remade(Setup(sequential.model, hot.fit_arguments), EncodeLabels("class_index"))
    assert np.array_equal(back.fit_arguments["y"], sequential.fit_arguments["y"])


def test_labels_of_one_output(branched: Setup) -> None:
    copy = remade(branched, EncodeLabels("subtract", 1, output="kind"))
    assert set(copy.fit_arguments["y"]["kind"].tolist()) == {-1.0, 0.0}
    assert copy.fit_arguments["y"]["size"] is branched.fit_arguments["y"]["size"]


def test_rows_are_shuffled_together(sequential: Setup) -> None:
    x, y = sequential.fit_arguments["x"], sequential.fit_arguments["y"]
    weights = np.arange(160)
    setup = Setup(sequential.model, {"x": x, "y": y, "sample_weight": weights})
    copy = remade(setup, ShuffleRows(4)).fit_arguments
    order = copy["sample_weight"]
    assert sorted(order) == list(range(160))
    assert not np.array_equal(order, weights)
    assert np.array_equal(copy["x"], x[order])
    assert np.array_equal(copy["y"], y[order])


def test_fit_arguments_and_callbacks(sequential: Setup) -> None:
    import keras

    class Notes(keras.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[int] = []

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seen.append(epoch)

    notes = Notes()
    setup = Setup(sequential.model, {**sequential.fit_arguments, "callbacks": notes})
    setup.model.fit(**setup.fit_arguments)
    stop = AddCallback("EarlyStopping", {"monitor": "loss", "restore_best_weights": True})
    patient = AddCallback("EarlyStopping", {"patience": 7})
    copy = remade(setup, SetFitArgument("epochs", 3), stop, patient)
    assert copy.fit_arguments["epochs"] == 3
    fresh, added = copy.fit_arguments["callbacks"]
    assert type(added).__name__ == "EarlyStopping"
    assert (added.restore_best_weights, added.patience) == (True, 7)
    copy.model.fit(**copy.fit_arguments)
    assert notes.seen == [0, 1]
    assert fresh.seen == [0, 1, 0, 1, 2]
    assert notes.model is setup.model


def test_functions_and_classes_of_the_users_own_are_handed_over(rows: Any) -> None:
    import keras

    class Twice(keras.layers.Layer):
        def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, x: Any) -> Any:
            return x * self.factor

    def bent(x: Any) -> Any:
        return keras.ops.relu(x) - OFFSET

    model = keras.Sequential(
        [
            keras.Input((8,)),
            keras.layers.Dense(4, activation=bent, name="own"),
            keras.layers.Dense(4, activation=lambda x: x + OFFSET, name="unnamed"),
            Twice(3.0),
            keras.layers.Dense(1),
        ]
    )
    own_loss = lambda y, p: keras.ops.mean((y - p) ** 2)  # noqa: E731
    model.compile("adam", own_loss, metrics=[keras.metrics.MeanAbsoluteError(name="gap")])
    copy = remade(Setup(model, {"x": rows[0], "y": rows[1], "verbose": 0}))
    assert copy.model.get_layer("own").activation is bent
    assert copy.model.layers[2].factor == 3.0
    assert copy.model.loss is own_loss
    assert set(copy.model.fit(**copy.fit_arguments).history) == {"loss", "gap"}


OFFSET = 0.5


def test_what_training_does_not_make_is_kept(rows: Any) -> None:
    import keras

    words = keras.layers.TextVectorization(output_sequence_length=3)
    words.adapt(["a b c", "b d"])
    scale = keras.layers.Normalization()
    scale.adapt(rows[0])
    model = keras.Sequential(
        [
            keras.Input((8,)),
            scale,
            keras.layers.Dense(4, trainable=False, name="frozen"),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Dense(1, name="head"),
        ]
    )
    model.compile("sgd", "mse")
    model.fit(*rows, verbose=0)
    new = remade(Setup(model, {})).model
    assert np.array_equal(np.array(new.layers[0].mean), np.array(scale.mean))
    assert np.array_equal(*(np.array(m.get_layer("frozen").kernel) for m in (model, new)))
    assert not np.array_equal(*(np.array(m.get_layer("head").kernel) for m in (model, new)))
    assert float(np.abs(np.array(new.get_layer("norm").moving_mean)).sum()) == 0.0

    from nbdiag.trial.setup.layer_copy import copy_layer

    assert copy_layer(words).get_vocabulary() == words.get_vocabulary()


def test_a_model_without_an_input_is_made_for_batches_of_any_size(rows: Any) -> None:
    import keras

    model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(CannotRebuild, match="never seen data"):
        remade(Setup(model, {}))
    model.fit(*rows, batch_size=32, verbose=0)
    assert remade(Setup(model, {})).model.input_shape == (None, 8)


def custom_layer(plain: bool) -> Any:
    import keras

    class Scale(keras.layers.Layer):
        """One of two: with a configuration that Keras can write, or without."""

        def __init__(self, factor: Any) -> None:
            super().__init__(name="scale")
            self.factor = factor
            self.inner = keras.layers.Dense(8, name="inner")
            self.rates = {"one": [factor, 2.0]}

        def build(self, shape: Any) -> None:
            self.inner.build(shape)
            self.shift = self.add_weight(shape=(8,), initializer="ones", name="shift")

        def call(self, x: Any) -> Any:
            return self.inner(x) * self.factor(1.0) + self.shift

    return Scale((lambda value: value) if plain else Doubled())


class Doubled:
    def __call__(self, value: float) -> float:
        return 2 * value


def own_model(kind: str) -> Any:
    import keras

    class Own(keras.Model):
        def __init__(self, width: int, activation: Any) -> None:
            super().__init__(name="own")
            self.hidden = [keras.layers.Dense(width, name=f"hidden_{k}") for k in range(2)]
            self.drop = keras.layers.Dropout(0.3)
            self.head = keras.layers.Dense(1, activation="sigmoid", name="head")
            self.activation = activation
            self.kept = None

        def call(self, x: Any, training: bool = False) -> Any:
            for layer in self.hidden:
                x = self.activation(layer(x))
            return self.head(self.drop(x, training=training))

    class Step(keras.Model):
        steps = 0

        def train_step(self, data: Any) -> Any:
            type(self).steps += 1
            return super().train_step(data)

    given = keras.Input((8,))
    hidden = keras.layers.Dense(4, name="hidden_0")
    head = keras.layers.Dense(1, activation="sigmoid", name="head")
    factor = 0.5
    if kind == "subclassed":
        return Own(6, lambda x: x * factor)
    if kind == "custom step":
        step = Step(given, head(hidden(given)))
        step.hidden = hidden
        return step
    return keras.Sequential([given, custom_layer(kind == "custom layer"), head])


@pytest.mark.parametrize("kind", ["subclassed", "custom step", "custom layer", "object in a layer"])
def test_what_the_users_code_makes_is_copied_too(rows: Any, kind: str) -> None:
    import keras

    model = own_model(kind)
    model.compile(keras.optimizers.SGD(0.5), lambda y, p: keras.ops.mean((y - p) ** 2))
    x, y = rows
    model.fit(x, y[:, None], epochs=2, verbose=0)
    setup = Setup(model, {"x": x, "y": y[:, None], "epochs": 2, "verbose": 0})
    before = [np.array(item) for item in model.weights], session_state()

    copy, same, other = (remade(setup, seed=seed) for seed in (3, 3, 4))
    assert type(copy.model) is type(model)
    assert len(copy.model.weights) == len(model.weights)
    assert not {id(item) for item in copy.model.variables} & {id(v) for v in model.variables}
    for one, two in zip(copy.model.weights, same.model.weights, strict=True):
        assert np.array_equal(one, two)
    unequal = [
        not np.array_equal(one, two)
        for one, two in zip(copy.model.weights, other.model.weights, strict=True)
    ]
    assert any(unequal)
    history = copy.model.fit(**copy.fit_arguments).history["loss"]
    assert np.isfinite(history).all()
    after = [np.array(item) for item in model.weights], session_state()
    assert all(np.array_equal(one, two) for one, two in zip(before[0], after[0], strict=True))
    assert before[1] == after[1]
    changed = remade(setup, SetLayerArgument("head", "activation", "tanh"))
    heads = [layer for layer in changed.model._flatten_layers() if layer.name == "head"]
    assert [layer.activation.__name__ for layer in heads] == ["tanh"]


def test_the_step_of_a_model_is_that_of_its_class(rows: Any) -> None:
    model = own_model("custom step")
    model.compile("sgd", "mse")
    copy = remade(Setup(model, {"x": rows[0], "y": rows[1], "verbose": 0}))
    copy.model.fit(**copy.fit_arguments)
    assert type(model).steps > 0
    assert copy.model.hidden is copy.model.get_layer("hidden_0")
    assert copy.model.hidden is not model.hidden


def test_what_cannot_be_copied_is_named(rows: Any) -> None:
    import threading

    import keras

    class Own(keras.Model):
        def __init__(self, thing: Any = None, weight: bool = False) -> None:
            super().__init__(name="own")
            self.head = keras.layers.Dense(1, name="head")
            self.thing = thing
            self.scale = self.add_weight(shape=(), name="scale") if weight else 1.0

        def call(self, x: Any) -> Any:
            return self.head(x) * self.scale

    def reason(model: Any, *changes: Change) -> str:
        model.compile("sgd", "mse")
        model.fit(*rows, verbose=0)
        with pytest.raises(CannotRebuild) as raised:
            remade(Setup(model, {"x": rows[0], "y": rows[1]}), *changes)
        return str(raised.value)

    assert reason(Own(threading.Lock())).startswith("thing of 'own' (lock) cannot be copied: ")
    assert reason(Own(weight=True)) == "the weight 'scale' is made outside of build"
    assert (
        reason(Own(), InsertLayer("Dropout", "head"))
        == "what comes before and after a layer is in the code of Own"
    )
    assert reason(Own(), SetLayerArgument("tail", "units", 2)) == (
        "the model has no layer called tail"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (SetLayerArgument("missing", "units", 3), "no layer called missing"),
        (SetLayerArgument("first", "unit", 3), "cannot be copied with unit changed"),
        (RemoveLayer("given"), "given is an input"),
        (InsertLayer("BatchNorm", "first"), "no layer called BatchNorm"),
        (ReplaceLayer("first", "Dense", {"neurons": 3}), "Dense refuses its arguments"),
        (SetLoss("binary_cross"), "no loss 'binary_cross'"),
        (SetOptimizer("Adamantium"), "no optimizer called Adamantium"),
        (SetOptimizerArgument("decays", 1.0), "Adam refuses its settings"),
        (AddCallback("StopNow"), "no callback called StopNow"),
        (EncodeLabels("divide"), "by how much"),
        (ScaleTargets(1.0, 0.0), "targets are constant"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(
    sequential: Setup, change: Change, reason: str
) -> None:
    with pytest.raises(CannotRebuild, match=reason):
        remade(sequential, change)


def test_labels_inside_a_data_set_are_refused(sequential: Setup) -> None:
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices(
        (sequential.fit_arguments["x"], sequential.fit_arguments["y"])
    ).batch(16)
    setup = Setup(sequential.model, {"x": data})
    assert remade(setup, SetLoss("binary_crossentropy")).fit_arguments["x"] is data
    for change in (EncodeLabels("one_hot", 2), ShuffleRows(), ScaleInputs("standardize")):
        with pytest.raises(CannotRebuild, match="data set"):
            remade(setup, change)


def test_a_call_of_fit_becomes_a_setup(sequential: Setup) -> None:
    from nbdiag.trial.setup.rebuild import setup_of

    setup = setup_of(sequential.model, ("x", "y", 8), {"epochs": 3})
    assert setup.fit_arguments == {"x": "x", "y": "y", "batch_size": 8, "epochs": 3}
    with pytest.raises(TypeError):
        setup_of(sequential.model, (), {"n_epoch": 3})
