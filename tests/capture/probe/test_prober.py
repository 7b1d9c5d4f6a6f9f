"""Probes give the numbers that a naive computation gives, and stay away where they would act."""

import numpy as np
import pytest

from nbdiag.capture.watch import watch
from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing
from tests.capture import state, trainings

pytestmark = pytest.mark.training

CELL = Cell(1, "")


@pytest.fixture(autouse=True)
def fresh():
    state.fresh()


def watched(model, *data, probes="light", **options):
    with watch(CELL, probes=probes) as seen:
        model.fit(*data, verbose=0, **options)
    return seen.runs[0]


def network(*layers, loss="binary_crossentropy", shape=(6,), **options):
    import keras

    model = keras.Sequential([keras.Input(shape), *layers])
    model.compile("adam", loss, **options)
    return model


def test_against_a_tape():
    import keras
    import tensorflow as tf
    from keras import layers

    x, y = trainings.table()
    model = network(
        layers.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
        layers.BatchNormalization(),
        layers.Dense(4, activation="tanh"),
        layers.Dense(1, activation="sigmoid"),
    )
    entropy = keras.losses.BinaryCrossentropy()

    @tf.function
    def naive():
        with tf.GradientTape() as tape:
            loss = entropy(y[:, None], model(x, training=True)) + sum(model.losses)
        # After it: averages that have seen no batch are those of this one.
        shown = model(x, training=False)
        return (
            tape.gradient(loss, model.trainable_variables),
            entropy(y[:, None], shown),
            sum(model.losses),
            shown,
        )

    moving = [np.array(weight) for weight in model.non_trainable_variables]
    model.layers[1].momentum = 0.0
    gradients, loss, penalty, shown = naive()
    model.layers[1].momentum = 0.99
    for weight, value in zip(model.non_trainable_variables, moving, strict=True):
        weight.assign(value)
    start = watched(model, x, y).probes[0]
    assert start.loss == pytest.approx(float(loss + penalty), rel=1e-5)
    assert start.penalty == pytest.approx(float(penalty), rel=1e-5)
    for variable, gradient in zip(start.variables, gradients, strict=True):
        expected = np.linalg.norm(np.array(gradient))
        assert variable.gradient_norm == pytest.approx(expected, rel=1e-4, abs=1e-7)
        assert variable.zero_share == pytest.approx(np.mean(np.array(gradient) == 0), abs=1e-6)
    output = start.outputs[0]
    assert output.maximum == pytest.approx(float(np.max(shown)), rel=1e-5)
    assert output.spread == pytest.approx(float(np.std(shown)), rel=1e-4)
    assert output.in_unit == 1
    assert [layer.activation for layer in start.activations] == ["relu", "tanh", "sigmoid"]


def test_averages_that_have_seen_a_batch_are_left_as_they_are():
    import keras
    from keras import layers

    x, y = trainings.table()
    model = network(layers.BatchNormalization(), layers.Dense(1, activation="sigmoid"))
    watched(model, x, y)
    moving = [np.array(weight) for weight in model.layers[0].non_trainable_variables]
    entropy = keras.losses.BinaryCrossentropy()
    loss = float(entropy(y[:, None], model(x, training=False)))
    assert watched(model, x, y).probes[0].loss == pytest.approx(loss, rel=1e-5)
    assert model.layers[0].momentum == 0.99
    assert not any(
        np.array_equal(then, now)
        for then, now in zip(moving, model.layers[0].non_trainable_variables, strict=True)
    )


def test_bytes_that_a_fresh_batch_normalization_takes_reach_nothing():
    from keras import layers

    x, y = trainings.table()
    model = network(
        layers.BatchNormalization(),
        layers.Dense(8, activation="tanh"),
        layers.Dense(1, activation="sigmoid"),
    )
    start = watched(model, x * 255 + 100, y).probes[0]
    assert start.activations[0].saturated < 0.5


def test_weights_and_their_changes():
    from keras import layers

    x, y = trainings.table()
    model = network(layers.Dense(1, activation="sigmoid"))
    before = np.array(model.trainable_variables[0])
    run = watched(model, x, y, epochs=3)
    after = np.array(model.trainable_variables[0])
    start, first, end = run.probes
    assert start.variables[0].weight_norm == pytest.approx(np.linalg.norm(before), rel=1e-6)
    assert start.variables[0].update_ratio is None
    assert 0 < first.variables[0].update_ratio < 1
    assert end.variables[0].weight_norm == pytest.approx(np.linalg.norm(after), rel=1e-6)
    assert [probe.epoch for probe in run.probes] == [0, 1, 3]


def test_dead_and_saturated_units():
    import keras
    from keras import layers

    x, y = trainings.table()
    model = network(
        layers.Dense(4, activation="relu", bias_initializer=keras.initializers.Constant(-100)),
        layers.Dense(1, activation="sigmoid", bias_initializer=keras.initializers.Constant(20)),
    )
    start = watched(model, x, y).probes[0]
    assert start.activations[0].dead == 1
    assert start.activations[1].saturated == 1
    assert start.outputs[0].spread == 0
    assert start.outputs[0].saturated == 1
    assert start.variables[0].gradient_norm == 0
    assert start.variables[0].zero_share == 1


def test_a_gradient_too_small_for_squares():
    from keras import layers

    x, y = trainings.table()
    model = network(
        layers.Dense(3),
        layers.Lambda(lambda t: t * 1e-24),
        layers.Dense(1, activation="sigmoid"),
    )
    start = watched(model, x, y).probes[0]
    assert 0 < start.variables[0].gradient_norm < 1e-20


def test_labels_of_a_rare_class_are_in_the_batch_of_sorted_data():
    from keras import layers

    x = np.random.default_rng(0).normal(size=(4000, 6)).astype("float32")
    y = np.repeat([0.0, 1.0], [3200, 800])
    start = watched(network(layers.Dense(1, activation="sigmoid")), x, y).probes[0]
    shares = np.array([0.8, 0.2])
    assert start.rows == 256
    assert start.constant_loss == pytest.approx(-(shares * np.log(shares)).sum(), rel=0.01)


def test_full_looks_at_every_epoch_of_a_slow_training(monkeypatch):
    from keras import layers

    from nbdiag.capture.probe import schedule

    x, y = trainings.table()
    model = network(layers.Dense(1, activation="sigmoid"))
    monkeypatch.setattr(schedule, "_BUDGET", 1e9)
    run = watched(model, x, y, epochs=4, probes="full")
    assert [probe.epoch for probe in run.probes] == [0, 1, 2, 3, 4, 4]


def test_a_long_training_keeps_some_probes(monkeypatch):
    from keras import layers

    from nbdiag.capture.probe import schedule

    x, y = trainings.table()
    model = network(layers.Dense(1, activation="sigmoid"))
    monkeypatch.setattr(schedule, "_BUDGET", 1e9)
    monkeypatch.setattr(schedule, "_MOST_PROBES", 6)
    run = watched(model, x, y, epochs=12, probes="full")
    epochs = [probe.epoch for probe in run.probes]
    assert len(epochs) <= 7
    assert epochs[:2] == [0, 1]
    assert epochs[-1] == 12
    assert epochs == sorted(epochs)


def test_another_backend_has_no_probes(monkeypatch):
    import keras
    from keras import layers

    x, y = trainings.table()
    model = network(layers.Dense(1, activation="sigmoid"))
    monkeypatch.setattr(keras.backend, "backend", lambda: "openvino")
    run = watched(model, x, y)
    assert "openvino" in run.probes.reason
    assert run.data.inputs[0].rows == 192


def test_full_keeps_to_its_budget(monkeypatch):
    from keras import layers

    from nbdiag.capture.probe import schedule

    x, y = trainings.table()
    model = network(layers.Dense(1, activation="sigmoid"))
    monkeypatch.setattr(schedule, "_BUDGET", 0.0)
    run = watched(model, x, y, epochs=4, probes="full")
    assert [probe.epoch for probe in run.probes] == [0, 1, 4]


def test_off_looks_never():
    from keras import layers

    x, y = trainings.table()
    run = watched(network(layers.Dense(1, activation="sigmoid")), x, y, probes="off")
    assert run.probes == Missing("probes are off")


def test_a_model_with_a_fixed_batch():
    import keras
    from keras import layers

    x, y = trainings.table()
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(32, 6, 1)),
            layers.LSTM(3, stateful=True),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    run = watched(model, x[..., None], y, batch_size=32, shuffle=False)
    assert run.probes[0].rows == 32
    assert run.probes[0].loss > 0


def test_a_frozen_model_has_no_gradients():
    from keras import layers

    x, y = trainings.table()
    model = network(layers.Dense(3), layers.Dense(1, activation="sigmoid"))
    model.layers[0].trainable = False
    model.compile("adam", "binary_crossentropy")
    start = watched(model, x, y).probes[0]
    assert [variable.layer for variable in start.variables] == [model.layers[1].name] * 2


def test_a_loss_that_does_not_reach_a_variable():
    import keras

    class Aside(keras.layers.Layer):
        def build(self, shape):
            self.aside = self.add_weight(shape=(2,), name="aside")

        def call(self, x):
            return x

    x, y = trainings.table()
    model = network(Aside(), keras.layers.Dense(1, activation="sigmoid"))
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        run = watched(model, x, y)
    assert isinstance(run.probes[0].variables[0].gradient_norm, Missing)
    assert run.probes[0].variables[1].gradient_norm > 0


def acting(kind, trace):
    """Make a layer whose call does something outside of the model."""
    import keras
    import tensorflow as tf

    class Acting(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.count = tf.Variable(0.0, trainable=False)

        def call(self, x):
            if kind == "counter":
                self.count.assign_add(1.0)
            elif kind == "print":
                tf.print("called", output_stream=f"file://{trace}")
            else:
                y = tf.numpy_function(lambda a: trace.append(1) or a, [x], tf.float32)
                x = tf.ensure_shape(y, x.shape)
            return x

    return Acting()


@pytest.mark.parametrize("kind", ["counter", "print", "python"])
def test_a_model_that_acts_is_not_called(kind, tmp_path):
    from keras import layers

    x, y = trainings.table()
    trace = [] if kind == "python" else tmp_path / "trace"

    def train(watching):
        state.fresh()
        acts = acting(kind, trace)
        model = network(acts, layers.Dense(1, activation="sigmoid"))
        run = watched(model, x, y, epochs=2) if watching else model.fit(x, y, epochs=2, verbose=0)
        if kind == "counter":
            return run, float(acts.count.numpy())
        if kind == "python":
            return run, len(trace)
        return run, len(trace.read_text().splitlines())

    _, bare = train(False)
    if kind == "python":
        trace.clear()
    elif kind == "print":
        trace.unlink()
    run, acted = train(True)
    assert acted == bare
    assert "nbdiag does not call it" in run.probes[0].loss.reason


def test_several_outputs_keep_their_own_metrics():
    state.fresh()
    _, bare = trainings.two_outputs()
    state.fresh()
    with watch(CELL, probes="full") as seen:
        trainings.two_outputs()
    assert {name: list(curve) for name, curve in seen.runs[0].history.epochs.items()} == dict(
        bare.history
    )


def test_a_model_of_the_users_own_loss():
    import keras

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = keras.layers.Dense(1)

        def call(self, x):
            return self.head(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return 3 * keras.ops.mean(keras.ops.abs(y - y_pred[:, 0]))

    x, y = trainings.table()
    model = Net()
    model.compile("adam")
    run = watched(model, x, y)
    assert run.history.epochs["loss"][0] > 0
    assert "custom compute_loss" in run.probes[0].loss.reason
    assert [head.shape for head in run.model.heads] == [(1,)]
    assert run.model.heads[0].activation == "linear"  # read off the trace
    assert run.probes[0].outputs[0].maximum > 0


def test_a_loss_of_other_values_than_those_returned_is_computed_from_both():
    import keras
    import tensorflow as tf
    from keras import layers

    x, y = trainings.table()
    y = np.eye(2)[y.astype(int)]
    model = network(layers.Dense(2, activation="softmax"), loss="binary_crossentropy")
    loss = keras.losses.BinaryCrossentropy()
    # Only tensors of a graph remember their scores.
    by_scores = float(tf.function(lambda: loss(y, model(x)))())
    by_answers = float(loss(y, np.array(model(x))))
    start = watched(model, x, y).probes[0]
    assert start.rows == len(x)
    assert start.loss == pytest.approx(by_scores, rel=1e-5)
    assert start.returned_loss == pytest.approx(by_answers, rel=1e-5)
    assert start.returned_loss != pytest.approx(start.loss, rel=0.01)


def test_without_scores_behind_the_output_there_is_one_loss():
    from keras import layers

    x, y = trainings.table()
    linear = watched(network(layers.Dense(1), loss="mse"), x, y).probes[0]
    assert isinstance(linear.returned_loss, Missing)
    sigmoid = watched(network(layers.Dense(1, activation="sigmoid")), x, y).probes[0]
    assert sigmoid.returned_loss == pytest.approx(sigmoid.loss, rel=1e-5)


def counting(calls):
    """Make a layer and a loss that note each call of theirs."""
    import keras

    class Counting(keras.layers.Layer):
        def call(self, x):
            calls.append("call")
            return x

    def loss(y, outputs):
        calls.append("loss")
        return keras.ops.mean((y - outputs) ** 2)

    return Counting(), loss


@pytest.mark.parametrize("eagerly", [False, True])
def test_a_loss_that_acts_is_not_called_and_the_rest_is_measured(eagerly):
    from keras import layers

    x, y = trainings.table()
    calls = []
    _, loss = counting(calls)
    model = network(layers.Dense(1, activation="sigmoid"), loss=loss, run_eagerly=eagerly)
    model.fit(x, y, verbose=0)
    bare = len(calls)
    model = network(layers.Dense(1, activation="sigmoid"), loss=loss, run_eagerly=eagerly)
    run = watched(model, x, y)
    assert len(calls) == 2 * bare
    start = run.probes[0]
    assert "loss changes a list" in start.loss.reason
    assert start.outputs[0].in_unit == 1
    assert start.activations[0].activation == "sigmoid"
    assert isinstance(start.variables[0].gradient_norm, Missing)
    assert start.variables[0].weight_norm > 0


def test_a_layer_that_acts_is_not_called_and_its_weights_are_measured():
    from keras import layers

    x, y = trainings.table()
    calls = []
    layer, _ = counting(calls)
    network(layer, layers.Dense(1, activation="sigmoid")).fit(x, y, verbose=0)
    bare = len(calls)
    model = network(layer, layers.Dense(1, activation="sigmoid"))
    run = watched(model, x, y)
    assert len(calls) == 2 * bare
    assert "Counting.call changes a list" in run.probes[0].loss.reason
    assert run.probes[-1].variables[0].update_ratio > 0


@pytest.mark.parametrize("eagerly", [False, True])
def test_attributes_that_a_layer_sets_are_put_back(eagerly):
    import keras
    from keras import layers

    class Keeping(keras.layers.Layer):
        calls = 0

        def call(self, x):
            self.calls += 1
            self.last = x
            return x

    x, y = trainings.table()
    kept = []
    for watching in (False, True):
        layer = Keeping()
        model = network(layer, layers.Dense(1, activation="sigmoid"), run_eagerly=eagerly)
        run = watched(model, x, y) if watching else model.fit(x, y, verbose=0)
        kept.append((layer.calls, layer.last.shape))
    assert kept[0] == kept[1]
    assert run.probes[0].loss > 0


def test_a_model_that_waits_for_its_first_batch_and_counts_is_not_built_ahead():
    import keras

    calls = []
    layer, _ = counting(calls)

    def model():
        made = keras.Sequential([layer, keras.layers.Dense(1)])
        made.compile("adam", "mse")
        return made

    x, y = trainings.table()
    model().fit(x, y, verbose=0)
    bare = len(calls)
    run = watched(model(), x, y)
    assert len(calls) == 2 * bare
    assert [probe.moment for probe in run.probes] == ["epoch", "end"]
    assert "changes a list" in run.probes[0].loss.reason
