"""Mistakes in how a part of Keras is called or made: what is said, and the new text."""

import pytest

from nbdiag.diagnosis import diagnose
from nbdiag.edits.rewrite import rewrite
from nbdiag.facts.crash.kind import kind_of
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.failure import FailureContext, RunError, Variable
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

IMPORTS = "import keras\nfrom keras import layers\n"
END = 'model.compile("adam", "mse")\nmodel.fit(x, y)\n'
SYMBOLIC = "Cannot convert a symbolic tf.Tensor (data_1:0) to a numpy array."


def site(source, text):
    """Give the place of the last occurrence of a text."""
    start = source.rindex(text)
    line = source[:start].count("\n") + 1
    column = start - (source.rfind("\n", 0, start) + 1)
    return CallSite(5, line, column, line, column + len(text))


def failed(body, kind, message, at="", *, names=None, during="cell"):
    source = f"%%traindiag\n{IMPORTS}{body}"
    places = (site(source, at),) if at else ()
    lines = tuple(item.line for item in places)
    error = RunError(kind, message, during, lines, FailureContext(places, dict(names or {})))
    return TrainingRun(cell=Cell(5, source), error=error)


def told(run):
    """Give the first finding, and the cell that its first fix writes."""
    first = diagnose(run).findings[0]
    changes = first.fixes[0].changes
    return first, rewrite(run, changes)[0] if changes else ""


def test_an_attribute_of_keras_gets_another_name():
    body = (
        "class Net(keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.output = layers.Dense(1)\n\n"
        "    def call(self, x):\n"
        "        return self.output(x)\n\n"
        "model = Net()\n"
    )
    message = "property 'output' of 'Net' object has no setter"
    first, text = told(failed(body + END, "AttributeError", message, "Net()"))
    assert "self.output" in first.message
    assert text.count("self.output_layer") == 2
    assert "self.output(" not in text


def test_a_property_of_a_class_without_keras_is_the_users_own():
    body = "class Net:\n    output = property()\n\nnet = Net()\nnet.output = 3\n"
    run = failed(body + END, "AttributeError", "property 'output' of 'Net' object has no setter")
    assert isinstance(kind_of(run), Missing)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("for size in (2, 3):", 'f"conv_{size}"'),
        ("for place, size in enumerate(sizes):", 'f"conv_{place}"'),
        ("for size in sizes:", "None"),
        ("for size in (3, 3):", "None"),
    ],
)
def test_names_in_a_loop_differ(head, name):
    body = f'{head}\n    h = layers.Conv1D(4, size, name="conv")(h)\nmodel = keras.Model(a, h)\n'
    message = 'The name "conv" is used 2 times in the model. All operation names should be unique.'
    first, text = told(failed(body + END, "ValueError", message))
    assert "conv" in first.message
    assert f"name={name})" in text


def test_a_name_that_is_asked_for_is_not_changed():
    body = (
        'for size in (2, 3):\n    h = layers.Conv1D(4, size, name="conv")(h)\n'
        'model = keras.Model(a, h)\nmodel.get_layer("conv").trainable = False\n'
    )
    message = 'The name "conv" is used 2 times in the model. All operation names should be unique.'
    first, text = told(failed(body + END, "ValueError", message))
    assert first.fixes[0].changes == ()
    assert not text


def test_the_second_of_two_equal_names_is_numbered():
    body = "model = keras.Sequential([layers.Dense(4, name='d'), layers.Dense(1, name='d')])\n"
    message = (
        "All layers added to a Sequential model should have unique names. Name 'd' is already the "
        "name of a layer in this model."
    )
    _, text = told(failed(body + END, "ValueError", message))
    assert "layers.Dense(4, name='d'), layers.Dense(1, name='d_2')" in text


@pytest.mark.parametrize("call", ["layers.Add()(a, b)", "layers.add(a, b)", "join(a, b)"])
def test_tensors_go_into_a_list(call):
    body = f"join = layers.Add()\nh = {call}\nmodel = keras.Model([a, b], h)\n"
    message = (
        "add() takes 1 positional argument but 2 were given"
        if "add(" in call
        else "too many positional arguments"
    )
    first, text = told(failed(body + END, "TypeError", message, call))
    assert "[a, b]" in first.message
    assert call.replace("a, b", "[a, b]") in text


def test_too_many_arguments_of_the_users_own_function_are_the_users_own():
    body = "def add(rows):\n    return rows\n\nx = mix(x, y)\n"
    run = failed(body + END, "TypeError", "too many positional arguments", "mix(x, y)")
    assert isinstance(kind_of(run), Missing)


def test_a_layer_is_called_on_its_tensor():
    body = "h = layers.Dense(3, a)\nmodel = keras.Model(a, h)\n"
    message = "Could not interpret activation function identifier: <KerasTensor shape=(None, 4)>"
    names = {"a": Variable("other", "KerasTensor")}
    _, text = told(failed(body + END, "ValueError", message, "layers.Dense(3, a)", names=names))
    assert "h = layers.Dense(3)(a)" in text


def test_a_bidirectional_layer_gives_five_tensors():
    body = (
        "walk = layers.Bidirectional(layers.LSTM(4, return_state=True))\n"
        "out, h, c = walk(a)\nmodel = keras.Model(a, out)\n"
    )
    message = "too many values to unpack (expected 3)"
    first, _ = told(failed(body + END, "ValueError", message, "walk(a)"))
    assert "5 tensors" in first.message


def test_an_unpacking_of_the_users_own_is_the_users_own():
    body = "out, h, c = prepare(x)\nmodel = keras.Sequential([layers.Dense(1)])\n"
    message = "too many values to unpack (expected 3)"
    run = failed(body + END, "ValueError", message, "prepare(x)")
    assert isinstance(kind_of(run), Missing)


def test_states_are_asked_for():
    body = "out, h, c = layers.LSTM(4)(a)\nmodel = keras.Model(a, out)\n"
    message = "Iterating over a symbolic KerasTensor is not supported."
    _, text = told(failed(body + END, "NotImplementedError", message, "layers.LSTM(4)(a)"))
    assert "layers.LSTM(4, return_state=True)(a)" in text


FACTORY = (
    "def focal({}):\n"
    "    def inner(y_true, y_pred):\n"
    "        return gamma * (y_true - y_pred) ** 2\n\n"
    "    return inner\n\n"
    "model = keras.Sequential([layers.Dense(1)])\n"
    'model.compile("adam", loss=focal)\n'
    "model.fit(x, y)\n"
)


def test_a_maker_of_a_loss_is_called():
    message = "focal() takes from 0 to 1 positional arguments but 2 were given"
    body = FACTORY.format("gamma=2.0")
    first, text = told(failed(body, "TypeError", message, during="fit"))
    assert first.aspect == "loss"
    assert "loss=focal()" in text


def test_a_maker_with_settings_is_left_to_its_user():
    message = (
        "Expected float32, but got <function focal.<locals>.inner at 0x7f> of type 'function'."
    )
    body = FACTORY.format("gamma")
    first, text = told(failed(body, "TypeError", message, during="fit"))
    assert "focal" in first.message
    assert "gamma" in first.fixes[0].title
    assert not text


def test_a_metric_in_numpy_is_given_numbers():
    body = (
        "import numpy as np\n\n"
        "def miss(y_true, y_pred):\n"
        "    return np.max(y_true - y_pred)\n\n"
        "model = keras.Sequential([layers.Dense(1)])\n"
        'model.compile("adam", "mse", metrics=[miss])\n'
        "model.fit(x, y)\n"
    )
    run = failed(body, "NotImplementedError", SYMBOLIC, "np.max(y_true - y_pred)", during="fit")
    first, text = told(run)
    assert first.aspect == "metrics"
    assert "run_eagerly=True" in text


def test_a_loss_without_return_returns():
    body = (
        "def squares(y_true, y_pred):\n"
        "    keras.ops.mean((y_true - y_pred) ** 2)\n\n"
        "model = keras.Sequential([layers.Dense(1)])\n"
        'model.compile("adam", squares)\nmodel.fit(x, y)\n'
    )
    first, text = told(failed(body, "ValueError", "None values not supported.", during="fit"))
    assert first.aspect == "loss"
    assert "    return keras.ops.mean(" in text


def test_a_class_begins_with_keras():
    body = (
        "class Net(keras.Model):\n"
        "    def __init__(self):\n"
        '        """Make it."""\n'
        "        self.head = layers.Dense(1)\n\n"
        "    def call(self, x):\n"
        "        return self.head(x)\n\n"
        "model = Net()\n"
    )
    message = "'Net' object has no attribute '_dtype_policy'"
    _, text = told(failed(body + END, "AttributeError", message))
    assert '"""Make it."""\n        super().__init__()\n        self.head' in text


def test_super_of_a_class_alone_begins_nothing():
    body = (
        "class Net(keras.Model):\n"
        "    def __init__(self):\n"
        "        super(Net).__init__()\n"
        "        self.head = layers.Dense(1)\n\n"
        "model = Net()\n"
    )
    message = "'Net' object has no attribute '_dtype_policy'"
    _, text = told(failed(body + END, "AttributeError", message))
    assert "super().__init__()" in text


def test_the_class_of_an_optimizer_is_called():
    body = (
        "model = keras.Sequential([layers.Dense(1)])\n"
        'model.compile(keras.optimizers.Adam, "mse")\nmodel.fit(x, y)\n'
    )
    message = "Could not interpret optimizer identifier: <class 'keras.src.optimizers.adam.Adam'>"
    first, text = told(failed(body, "ValueError", message))
    assert first.aspect == "optimizer"
    assert "keras.optimizers.Adam()" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("n = input_shape[-1].value", "n = input_shape[-1]"),
        ("n = h.get_shape()[1].value", "n = h.get_shape()[1]"),
        ("n = h.shape.as_list()", "n = list(h.shape)"),
        ('w = self.add_weight("w", (3, 4))', 'w = self.add_weight(name="w", shape=(3, 4))'),
        ('w = self.add_weight("w", shape=(3,))', 'w = self.add_weight(name="w", shape=(3,))'),
        ("n = settings[0].value", "n = settings[0].value"),
    ],
)
def test_sizes_and_weights_are_written_for_keras_3(old, new):
    from nbdiag.edits.migration.cell import migrate

    assert migrate(f"{IMPORTS}{old}\n").text == f"{IMPORTS}{new}\n"


def test_a_function_of_the_backend_becomes_a_model():
    from nbdiag.edits.migration.cell import migrate

    text = "from keras import backend as K\nf = K.function([a.input], [a.output])\n"
    assert "f = Model([a.input], [a.output])" in migrate(text).text
