"""Candidates for the user's own functions, data sets, states and weights; healthy twins get none."""

import pytest

from nbdiag.fixes.class_weights import sample_weights
from nbdiag.schema.cell import Cell
from nbdiag.schema.failure import Variable
from nbdiag.syntax.calls import calls_in
from tests.fixes.candidates.test_candidates import array, failed, written

TENSORFLOW = "import tensorflow as tf\n"
SYMBOLIC = "Cannot convert a symbolic tf.Tensor (loss/mul:0) to a numpy array."
STREAM = Variable("dataset", "_BatchDataset", shape=(None, 9, 9, 1))
SINGLE = Variable("dataset", "_TakeDataset", shape=(9, 9, 1))
LOSS = "def pinball(t, p):\n    return np.mean(np.maximum(t - p, 0.1), axis=-1)\n"
TOKENS = {"x": array(60, 7, dtype="int64"), "y": array(60, 7, span=(-100.0, 3.0), form="whole")}
TAGGER = 'model = keras.Sequential([layers.Dense(4)])\nmodel.compile("adam", {})\nmodel.fit(x, y)\n'
WEIGHTS = "You called `set_weights(weights)` on layer 'b' with a weight list of length 6, but the layer was expecting 0 weights."
TRAINER = "class M(keras.Model):\n    def __init__(self):\n        self.metrics = []\n"
NO_SETTER = "property 'metrics' of 'M' object has no setter"
BLUR = (
    "class Blur(layers.Layer):\n    def __init__(self, rate=0.1{0}):\n"
    "        super().__init__({1})\n    def get_config(self):\n        return {{}}\n"
    "keras.models.clone_model(net)"
)
NOT_REBUILT = "<class 'Blur'> could not be deserialized properly."
NARROW = (
    "a = layers.Conv2D(4, 3, padding='same')(i)\nb = layers.Conv2D(4, 3, padding='same')(a)\n"
    "c = layers.Conv2D(4, 3)(b)\nd = layers.Concatenate()([a, c])\n"
)
UNEQUAL = "A `Concatenate` layer requires inputs with matching shapes except for the axis."
KINDS = {
    "an attribute that Keras sets": (
        TRAINER, NO_SETTER, {}, "self.own_metrics = []"
    ),
    "a constructor without the name": (
        BLUR.format("", "dtype=None"), NOT_REBUILT, {}, "__init__(dtype=None, **kwargs)"
    ),
    "a constructor with a default": (
        BLUR.format("", ""), NOT_REBUILT, {}, "__init__(self, rate=0.1, **kwargs):"
    ),
    "one convolution without padding": (
        NARROW, UNEQUAL, {}, 'c = layers.Conv2D(4, 3, padding="same")(b)'
    ),
    "NumPy in a loss": (
        LOSS + 'model.compile("adam", pinball)\nmodel.fit(x, y)',
        SYMBOLIC,
        {},
        "keras.ops.mean(keras.ops.maximum(t - p, 0.1), axis=-1)",
    ),
    "TensorFlow on symbolic tensors": (
        TENSORFLOW + "h = tf.sqrt(tf.reduce_sum(a, axis=1))",
        "A KerasTensor cannot be used as input to a TensorFlow function.",
        {},
        "h = tf.keras.ops.sqrt(tf.keras.ops.sum(a, axis=1))",
    ),
    "minimize": (
        TENSORFLOW + "class M(keras.Model):\n    def train_step(self, x):\n"
        "        self.optimizer.minimize(loss, self.trainable_variables, tape=tape)\n",
        "'Adam' object has no attribute 'minimize'",
        {},
        "self.optimizer.apply_gradients(zip(tape.gradient(loss, self.trainable_variables), self",
    ),
    "a validation set without batches": (
        "model.fit(train.batch(16), validation_data=valid)".replace("train.batch(16)", "train"),
        "Negative dimension size caused by subtracting 3 from 1",
        {"train": STREAM, "valid": SINGLE},
        "validation_data=valid.batch(32))",
    ),
    "a copy that was not built": (
        "online.fit(x, y)\ntarget.set_weights(online.get_weights())",
        WEIGHTS,
        {},
        "target(x[:1])\ntarget.set_weights(",
    ),
    "marks among the labels": (
        TAGGER.format('"sparse_categorical_crossentropy"'),
        "Received a label value of -100 which is outside the valid range of [0, 4).",
        TOKENS,
        "keras.losses.SparseCategoricalCrossentropy(ignore_class=-100)",
    ),
    "marks among the labels of a loss that is made": (
        TAGGER.format("keras.losses.SparseCategoricalCrossentropy()"),
        "Received a label value of -100 which is outside the valid range of [0, 4).",
        TOKENS,
        "keras.losses.SparseCategoricalCrossentropy(ignore_class=-100)",
    ),
    "the name of a file": (
        'keras.callbacks.ModelCheckpoint("w-{val_acc:.3f}.keras", monitor="val_acc")',
        "Failed to format this callback filepath: \"w-{val_acc:.3f}.keras\". Reason: 'val_acc'",
        {},
        '"w-{val_accuracy:.3f}.keras", monitor="val_accuracy"',
    ),
    "a value that is added to the loss": (
        "model = keras.Model(i, o)\nmodel.add_loss(keras.ops.mean(code))\nmodel.compile()",
        "`add_loss()` can only be called from inside `build()` or `call()`, on a tensor input.",
        {},
        "model = keras.Model(model.inputs, AddedLoss()([model.output, keras.ops.mean(code)]))",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "message", "names", "expected"), KINDS.values(), ids=KINDS)
def test_the_repair_is_among_the_candidates(source, message, names, expected):
    at = source.splitlines()[-1] if "validation" in source else ""
    run = failed(source, message, names, at=at, during="fit" if "labels" in message else "cell")
    if "label value" in message:
        run = failed(source, message, names, at="model.fit(x, y)", during="fit")
    texts = written(run)
    assert any(expected in text for text in texts), texts


UNPACK = "{} = layers.{}(h)\nd = layers.{}(5, return_sequences=True)(h, initial_state={})\n"
STATES = {
    "both directions, added": (
        UNPACK.format("_, a, b", "Bidirectional(layers.LSTM(5, return_state=True))", "LSTM", "[a, b]"),
        "too many values to unpack (expected 3)",
        "a = a_forward + a_backward",
    ),
    "both directions, joined and read with twice the units": (
        UNPACK.format("_, a, b", "Bidirectional(layers.LSTM(5, return_state=True))", "LSTM", "[a, b]"),
        "too many values to unpack (expected 3)",
        "layers.LSTM(2 * 5, return_sequences=True)",
    ),
    "both states as a list": (
        UNPACK.format("o, s", "LSTM(5, return_state=True)", "LSTM", "s"),
        "too many values to unpack (expected 2)",
        "o, *s = layers.LSTM",
    ),
    "one state for two names": (
        UNPACK.format("o, a, b", "GRU(5, return_state=True)", "GRU", "[a, b]"),
        "not enough values to unpack (expected 3, got 2)",
        "initial_state=a)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "message", "expected"), STATES.values(), ids=STATES)
def test_states_are_taken_by_as_many_names(source, message, expected):
    run = failed(source, message, at=source.splitlines()[0])
    texts = written(run)
    assert any(expected in text for text in texts), texts


TWINS = {
    "the attribute of another class": (TRAINER, NO_SETTER.replace("'M'", "'N'"), {}, "own_"),
    "a constructor that hands all on": (
        BLUR.format(", **kwargs", "**kwargs"), NOT_REBUILT, {}, "**kwargs, **kwargs"
    ),
    "convolutions that are all without padding": (
        NARROW.replace(", padding='same'", ""), UNEQUAL, {}, '"same"'
    ),
    "classes that begin below 0": (
        TAGGER.format('"sparse_categorical_crossentropy"'),
        "Received a label value of -1 which is outside the valid range of [0, 4).",
        {"x": array(60, 7), "y": array(60, span=(-1.0, 1.0), form="whole")},
        "ignore_class",
    ),
    "two sets in batches": (
        "model.fit(train, validation_data=valid)",
        "Negative dimension size caused by subtracting 3 from 1",
        {"train": STREAM, "valid": STREAM},
        ".batch(",
    ),
    "a loss of the user's own": (
        LOSS + 'model.compile("adam", pinball)\nmodel.fit(x, y)',
        SYMBOLIC,
        {"x": array(60, 7), "y": array(60)},
        "mean_squared_error",
    ),
    "a model that was compiled before": (
        'model = keras.Model(i, o)\nmodel.compile("adam", "mse")\nmodel.add_loss(keras.ops.mean(a))',
        "`add_loss()` can only be called from inside `build()` or `call()`, on a tensor input.",
        {},
        "AddedLoss",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "message", "names", "other"), TWINS.values(), ids=TWINS)
def test_what_would_mean_something_else_is_not_tried(source, message, names, other):
    run = failed(source, message, names, at=source.splitlines()[-1], during="fit")
    assert not any(other in text for text in written(run))


def test_a_layer_of_the_users_casts_what_is_no_float():
    layer = (
        "class Pool(layers.Layer):\n    def call(self, v, mask=None):\n"
        "        m = keras.ops.expand_dims(mask, -1)\n"
        "        return v * m\n"
    )
    run = failed(
        layer + "h = Pool()(h)",
        "cannot compute Mul as input #1(zero-based) was expected to be a float tensor but is a "
        "bool tensor",
        at="v * m",
    )
    wanted = 'm = keras.ops.cast(keras.ops.expand_dims(mask, -1), "float32")'
    assert any(wanted in text for text in written(run)), written(run)


def test_weights_of_classes_become_weights_of_samples():
    source = 'model.fit(x, {"a": ya, "b": yb}, class_weight={"a": w})'
    run = failed(source, "`class_weight` is only supported for Models with a single output.")
    fit = next(item for item in calls_in(run) if item.name == "fit")
    change = sample_weights(run, fit, fit.named["class_weight"])
    assert change.code == ('sample_weight={"a": np.vectorize(w.get)(ya), "b": np.ones(len(yb))}')
    plain = failed(source.replace('{"a": w}', "w"), "`class_weight` is only supported")
    fit = next(item for item in calls_in(plain) if item.name == "fit")
    assert sample_weights(plain, fit, fit.named["class_weight"]) is None


def test_the_size_of_the_other_batches_is_taken():
    run = failed(
        "model.fit(train, validation_data=valid)",
        "Negative dimension size",
        {"train": STREAM, "valid": SINGLE},
        at="model.fit(train, validation_data=valid)",
        earlier=[Cell(2, "train = data.batch(16)")],
    )
    assert any("valid.batch(16)" in text for text in written(run))


def test_labels_become_whole_numbers_for_a_function_that_takes_no_others():
    loss = "def costly(t, p):\n    w = tf.gather(costs, t)\n    return w * p\n"
    run = failed(
        TENSORFLOW + loss + 'model.compile("adam", costly)\nmodel.fit(x, y)',
        "Value passed to parameter 'indices' has DataType float32 not in list of allowed values: "
        "int16, int32, int64",
        at="tf.gather(costs, t)",
    )
    assert any('tf.gather(costs, tf.cast(t, "int32"))' in text for text in written(run))
