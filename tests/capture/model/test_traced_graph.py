"""The graph of a custom class, read off the probe's trace, is that of the same functional model."""

import numpy as np
import pytest

from nbdiag.capture.watch import watch
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.schema.cell import Cell
from nbdiag.schema.missing import Missing
from tests.capture import state

pytestmark = pytest.mark.training

ROWS = np.random.default_rng(0).normal(size=(64, 6)).astype("float32")
YES = (ROWS[:, :1] > 0).astype("float32")


@pytest.fixture(autouse=True)
def fresh():
    state.fresh()


def watched(model, labels=YES, loss="binary_crossentropy", **options):
    if not model.compiled:
        model.compile("adam", loss, **options)
    with watch(Cell(1, "")) as seen:
        model.fit(ROWS, labels, epochs=2, verbose=0)
    return seen.runs[0]


def custom(parts, call):
    import keras

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            for name, layer in parts.items():
                setattr(self, name, layer)

        def call(self, inputs, training=False):
            return call(self, inputs, training)

    return Net()


def test_layers_are_joined_and_the_output_ends_as_it_does():
    from keras import layers, ops

    parts = {
        "first": layers.Dense(8, name="first"),
        "normal": layers.BatchNormalization(name="normal"),
        "drop": layers.Dropout(0.5, name="drop"),
        "second": layers.Dense(8, activation="tanh", name="second"),
        "last": layers.Dense(1, activation="sigmoid", name="last"),
    }

    def call(net, inputs, training):
        hidden = ops.relu(net.normal(net.first(inputs), training=training))
        return net.last(hidden + net.second(net.drop(hidden, training=training)))

    model = watched(custom(parts, call)).model
    inbound = {layer.name: (layer.inbound, layer.operations) for layer in model.layers}
    assert inbound["first"] == ((), ())
    assert inbound["normal"] == (("first",), ())
    assert inbound["drop"] == (("normal",), ("Relu",))
    assert inbound["second"] == (("drop",), ())
    assert set(inbound["last"][0]) == {"drop", "second"} or set(inbound["last"][0]) == {
        "normal",
        "second",
    }
    assert "Add" in inbound["last"][1]
    (head,) = model.heads
    assert (head.activation, head.activation_layer, head.units) == ("sigmoid", "last", 1)
    assert head.weights_layer == "last"


@pytest.mark.parametrize(
    ("end", "activation"), [("tanh", "tanh"), (None, "linear"), ("bare", Missing)]
)
def test_how_the_output_ends(end, activation):
    from keras import layers, ops

    given = None if end == "bare" else end
    parts = {"body": layers.Dense(4, activation="relu"), "last": layers.Dense(1, activation=given)}

    def call(net, inputs, _):
        shown = net.last(net.body(inputs))
        return ops.sigmoid(shown) if end == "bare" else shown

    (head,) = watched(custom(parts, call)).model.heads
    if activation is Missing:
        assert "Sigmoid" in head.activation.reason
    else:
        assert head.activation == activation
    assert head.weights_layer == parts["last"].name


@pytest.mark.parametrize("form", ["list", "dict"])
def test_each_output_has_its_own_loss_and_labels(form):
    from keras import layers

    parts = {
        "body": layers.Dense(8, activation="relu"),
        "yes": layers.Dense(1, activation="sigmoid"),
        "kind": layers.Dense(3, activation="softmax"),
    }

    def call(net, inputs, _):
        hidden = net.body(inputs)
        found = {"yes": net.yes(hidden), "kind": net.kind(hidden)}
        return found if form == "dict" else list(found.values())

    losses = {"yes": "binary_crossentropy", "kind": "sparse_categorical_crossentropy"}
    labels = {"yes": YES, "kind": np.arange(64) % 3}
    if form == "list":
        losses, labels = list(losses.values()), list(labels.values())
    outputs = outputs_of(watched(custom(parts, call), labels, losses))
    assert sorted(item.key for item in outputs) == (
        ["kind", "yes"] if form == "dict" else ["0", "1"]
    )
    assert {item.head.activation: item.loss_name for item in outputs} == {
        "sigmoid": "binary_crossentropy",
        "softmax": "sparse_categorical_crossentropy",
    }
    assert not any(isinstance(item.labels, Missing) for item in outputs)


def test_a_model_that_its_own_step_builds_is_looked_at_after_an_epoch():
    import keras
    import tensorflow as tf

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.last = keras.layers.Dense(1, name="last")

        def call(self, inputs):
            return self.last(inputs)

        def train_step(self, data):
            inputs, labels = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(labels - self(inputs)))
            weights = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            return {"loss": loss}

    model = Net()
    model.compile("adam")
    run = watched(model)
    assert [probe.moment for probe in run.probes] == ["epoch", "end"]
    assert [head.activation for head in run.model.heads] == ["linear"]
