"""How a model ends, read off its configuration."""

import pytest

from nbdiag.capture.model.layers import Origin, describe_layers
from nbdiag.capture.model.model import describe_model
from nbdiag.capture.model.outputs import describe_heads
from nbdiag.schema.missing import Missing

pytestmark = pytest.mark.training


def nowhere(_):
    return Origin(Missing("in a test"))


def stack(*layers, shape=(6,)):
    import keras

    return keras.Sequential([keras.Input(shape), *layers])


def models():
    import keras
    import tensorflow as tf
    from keras import layers, ops

    inputs = keras.Input((6,))
    body = stack(
        layers.Dense(4, activation="relu"), layers.Dense(2, activation="softmax", name="in")
    )
    dense = layers.Dense(1, name="d")(inputs)
    return {
        "sigmoid": (stack(layers.Dense(1, activation="sigmoid", name="d")), "sigmoid", "d", True),
        "none": (stack(layers.Dense(1, name="d")), "linear", "d", False),
        "activation layer": (
            stack(layers.Dense(1, name="d"), layers.Activation("sigmoid", name="a")),
            "sigmoid",
            "a",
            True,
        ),
        "linear activation layer": (
            stack(layers.Dense(1, name="d"), layers.Activation("linear", name="a")),
            "linear",
            "a",
            False,
        ),
        "linear behind sigmoid": (
            stack(layers.Dense(1, activation="sigmoid", name="d"), layers.Activation("linear")),
            "sigmoid",
            "d",
            False,
        ),
        "softmax layer": (stack(layers.Dense(3), layers.Softmax(name="s")), "softmax", "s", True),
        "relu layer": (stack(layers.Dense(3), layers.ReLU(name="r")), "relu", "r", False),
        "reshaped": (
            stack(
                layers.Dense(3, activation="softmax", name="d"),
                layers.Reshape((3, 1)),
                layers.Dropout(0.5),
                layers.Flatten(),
            ),
            "softmax",
            "d",
            False,
        ),
        "over time": (
            stack(
                layers.TimeDistributed(layers.Dense(2, activation="softmax"), name="t"),
                shape=(5, 6),
            ),
            "softmax",
            "t",
            False,
        ),
        "convolution": (
            stack(layers.Conv2D(2, 3, activation="sigmoid", name="c"), shape=(8, 8, 1)),
            "sigmoid",
            "c",
            True,
        ),
        "recurrent": (stack(layers.LSTM(2, name="l"), shape=(5, 6)), "tanh", "l", False),
        "both ways": (
            stack(layers.Bidirectional(layers.GRU(2), name="b"), shape=(5, 6)),
            "tanh",
            "b",
            False,
        ),
        "nested": (stack(body), "softmax", "in", True),
        "normalised": (
            stack(layers.Dense(1, activation="sigmoid"), layers.BatchNormalization()),
            "linear",
            None,
            False,
        ),
        "lambda": (stack(layers.Dense(1), layers.Lambda(lambda x: x * 2)), None, None, False),
        "operation": (keras.Model(inputs, ops.sigmoid(dense)), None, None, False),
        "merged": (keras.Model(inputs, layers.Add()([dense, dense])), None, None, False),
        "averaged": (
            stack(layers.GlobalAveragePooling1D(), shape=(5, 6)),
            None,
            None,
            False,
        ),
        "own function": (
            stack(layers.Dense(1, activation=lambda x: x, name="d")),
            "custom",
            "d",
            False,
        ),
        "function of tensorflow": (
            stack(layers.Dense(1, activation=tf.nn.sigmoid, name="d")),
            "sigmoid",
            "d",
            True,
        ),
        "half precision": (
            stack(layers.Dense(1, activation="sigmoid", dtype="mixed_float16", name="d")),
            "sigmoid",
            "d",
            False,
        ),
    }


NAMES = [
    "sigmoid",
    "none",
    "activation layer",
    "linear activation layer",
    "linear behind sigmoid",
    "softmax layer",
    "relu layer",
    "reshaped",
    "over time",
    "convolution",
    "recurrent",
    "both ways",
    "nested",
    "normalised",
    "lambda",
    "operation",
    "merged",
    "averaged",
    "own function",
    "function of tensorflow",
    "half precision",
]


@pytest.fixture(scope="module")
def built():
    return models()


@pytest.mark.parametrize("name", NAMES)
def test_the_end_of_a_model(built, name):
    model, activation, layer, keeps_logits = built[name]
    (head,) = describe_heads(model)
    if activation is None:
        assert isinstance(head.activation, Missing)
    else:
        assert head.activation == activation
    assert head.activation_layer == layer
    assert head.keeps_logits == keeps_logits
    assert head.units == model.outputs[0].shape[-1]
    assert head.softmax_axis == (-1 if activation == "softmax" else None)


def test_every_name_is_tested(built):
    assert list(built) == NAMES


@pytest.mark.parametrize(
    "name", ["sigmoid", "activation layer", "reshaped", "over time", "nested", "half precision"]
)
def test_the_shortcut_is_where_tensorflow_has_it(built, name):
    """The same graph tells whether cross-entropy will see logits behind the probabilities."""
    import tensorflow as tf
    from keras.src.backend.tensorflow.nn import _get_logits

    model, activation, _, keeps_logits = built[name]
    found = []

    @tf.function
    def trace(x):
        output = tf.cast(model(x, training=True), tf.float32)
        kind = "Sigmoid" if activation == "sigmoid" else "Softmax"
        found.append(_get_logits(output, False, kind, "")[1])
        return output

    trace.get_concrete_function(tf.TensorSpec((None, *model.inputs[0].shape[1:])))
    assert found == [keeps_logits]


def test_layers_of_nested_models_know_what_stands_before_them():
    import keras
    from keras import layers

    left = stack(layers.Dense(3, name="left"), shape=(4,))
    right = stack(layers.Dense(3, name="right"), shape=(2,))
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    joined = layers.Concatenate(name="join")([left(a), keras.ops.relu(right(b))])
    model = keras.Model([a, b], layers.Dense(1, name="out")(joined / 2))
    found = {layer.name: layer for layer in describe_layers(model, nowhere)}
    assert found["left"].inbound == ("a",)
    assert found["left"].parent == left.name
    assert found["right"].inbound == ("b",)
    assert found["join"].inbound == ("left", "right")
    assert found["join"].operations == ("Relu",)
    assert found["out"].inbound == ("join",)
    assert found["out"].operations == ("TrueDivide",)
    assert found["out"].input_shape == (6,)
    assert found["out"].output_shape == (1,)
    assert sum(layer.parameters for layer in found.values()) == model.count_params()


def test_a_tower_that_two_inputs_share_takes_both():
    import keras
    from keras import layers

    tower = stack(layers.BatchNormalization(name="first"), layers.Dense(3), shape=(4,))
    dense = layers.Dense(3, name="dense")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    joined = layers.Concatenate()([tower(a), tower(b), dense(a), dense(b)])
    model = keras.Model([a, b], layers.Dense(1)(joined))
    tower(keras.Input((4,), name="of another model"))
    found = {layer.name: layer for layer in describe_layers(model, nowhere)}
    assert found["first"].inbound == ("a", "b")
    assert found["dense"].inbound == ("a", "b")


def test_inputs_come_in_the_order_in_which_fit_takes_their_arrays():
    import keras
    from keras import layers

    price, number = keras.Input((1,), name="price"), keras.Input((), name="number")
    named = layers.Embedding(9, 3, name="named")(number)
    joined = layers.Concatenate(name="join")([named, price])
    model = keras.Model([price, number], layers.Dense(1, name="out")(joined))
    found = [layer.name for layer in describe_layers(model, nowhere)]
    assert model.layers[0].name == "number"  # deeper, so Keras lists it first
    assert found == ["price", "number", "named", "join", "out"]


def test_masks_are_no_inputs():
    from keras import layers

    model = stack(
        layers.Embedding(9, 3, mask_zero=True, name="e"), layers.LSTM(2, name="l"), shape=(5,)
    )
    found = {layer.name: layer for layer in describe_layers(model, nowhere)}
    assert found["l"].inbound == ("e",)
    assert found["l"].operations == ()


def test_frozen_layers_and_sizes():
    from keras import layers

    model = stack(layers.Dense(3, name="d"), layers.Dense(1))
    model.layers[0].trainable = False
    described = describe_model(model, nowhere)
    assert [layer.trainable for layer in described.layers] == [False, True]
    assert described.parameters == 7 * 3 + 4
    assert described.trainable_parameters == 4
    assert described.kind == "sequential"


def test_a_model_that_waits_for_its_input():
    import keras
    from keras import layers

    model = keras.Sequential([layers.Dense(3, activation="relu")])
    described = describe_model(model, nowhere)
    assert described.heads == ()
    assert described.layers[0].activation == "relu"
    assert described.layers[0].parameters == 0
    assert isinstance(described.layers[0].output_shape, Missing)


def test_layers_that_act_in_training():
    from keras import layers

    from nbdiag.capture.model.layers import acts_in_training

    assert acts_in_training(layers.BatchNormalization())
    assert acts_in_training(layers.Dropout(0.5))
    assert acts_in_training(layers.LSTM(2, dropout=0.2))
    assert acts_in_training(layers.Bidirectional(layers.GRU(2, recurrent_dropout=0.2)))
    assert not acts_in_training(layers.LSTM(2))
    assert not acts_in_training(layers.Bidirectional(layers.LSTM(2)))
    assert not acts_in_training(layers.MultiHeadAttention(2, 2))
    assert not acts_in_training(layers.TimeDistributed(layers.Dense(1)))
    assert not acts_in_training(layers.Dense(1))

    class Mine(layers.Layer):
        pass

    assert acts_in_training(Mine())
