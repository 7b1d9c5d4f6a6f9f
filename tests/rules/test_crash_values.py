"""Classes, lists, words and methods where something else belongs: what is said, and the new text.

The exceptions are those that Keras 3.15 raised for these very cells.
"""

from dataclasses import replace

import pytest

from nbdiag.diagnosis import diagnose
from nbdiag.schema.cell import Cell
from nbdiag.schema.failure import FailureContext, Variable
from tests.rules.test_crash_misuse import END, failed, site, told

NO_MODEL = "Callback.set_model() missing 1 required positional argument: 'model'"
OF_LISTS = (
    "`output_signature` must contain objects that are subclass of `tf.TypeSpec` but found "
    "<class 'list'> which is not."
)
LAYER_CLASS = (
    "Only instances of `keras.Layer` can be added to a Sequential model. Received: "
    "<class 'keras.src.layers.{path}'> (of type <class 'type'>)"
)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("callbacks=[keras.callbacks.EarlyStopping]", "[keras.callbacks.EarlyStopping()]"),
        ("callbacks=TerminateOnNaN", "callbacks=TerminateOnNaN()"),
        ("callbacks=[Log, TerminateOnNaN()]", "[Log(), TerminateOnNaN()]"),
    ],
)
def test_a_callback_is_made_from_its_class(text, new):
    body = (
        "from keras.callbacks import TerminateOnNaN\n"
        "class Log(keras.callbacks.Callback):\n    pass\n\n"
        f"model.fit(x, y, {text})\n"
    )
    first, cell = told(
        failed(body, "TypeError", NO_MODEL, f"model.fit(x, y, {text})", during="fit")
    )
    assert first.code == "NBD823"
    assert new in cell


def test_a_list_of_callbacks_may_have_a_name():
    body = "watch = [keras.callbacks.EarlyStopping]\nmodel.fit(x, y, callbacks=watch)\n"
    run = failed(body, "TypeError", NO_MODEL, "model.fit(x, y, callbacks=watch)", during="fit")
    assert "watch = [keras.callbacks.EarlyStopping()]" in told(run)[1]


def test_a_callback_that_needs_a_file_is_explained_alone():
    body = "model.fit(x, y, callbacks=[keras.callbacks.ModelCheckpoint])\n"
    run = failed(body, "TypeError", NO_MODEL, body.strip(), during="fit")
    first, cell = told(run)
    assert "ModelCheckpoint()" in first.message
    assert not cell


def test_no_callback_class_no_such_cause():
    body = "model.fit(x, y, callbacks=[keras.callbacks.EarlyStopping()])\n"
    run = failed(body, "TypeError", NO_MODEL, body.strip(), during="fit")
    assert "brackets" not in told(run)[0].message


@pytest.mark.parametrize(
    ("given", "new"),
    [
        ("[a[i], b[i]], t[i]", "yield (a[i], b[i]), t[i]"),
        ("a[i], [t[i], t[i],]", "yield a[i], (t[i], t[i])"),
        ("([a[i]], t[i])", "yield ((a[i],), t[i])"),
    ],
)
def test_a_generator_yields_tuples(given, new):
    body = (
        f"def batches():\n    for i in many:\n        yield {given}\n\n"
        "model.fit(batches(), steps_per_epoch=3)\n"
    )
    at = "model.fit(batches(), steps_per_epoch=3)"
    first, cell = told(failed(body, "TypeError", OF_LISTS, at, during="fit"))
    assert first.code == "NBD823"
    assert "batches" in first.message
    assert new in cell


def test_a_list_with_a_name_is_yielded_as_a_tuple():
    body = (
        "def pairs():\n    while True:\n        both = [a, b]\n        yield both, t\n\n"
        "model.fit(pairs(), steps_per_epoch=3)\n"
    )
    run = failed(body, "TypeError", OF_LISTS, "model.fit(pairs(), steps_per_epoch=3)", during="fit")
    assert "yield tuple(both), t" in told(run)[1]


def test_a_generator_of_an_earlier_cell_comes_along():
    earlier = Cell(2, "def pairs():\n    while True:\n        yield [a, b], t\n")
    body = "model.fit(pairs(), steps_per_epoch=3)\n"
    run = failed(body, "TypeError", OF_LISTS, body.strip(), during="fit")
    cell = told(type(run)(cell=run.cell, error=run.error, earlier=(earlier,)))[1]
    assert "yield (a, b), t" in cell
    assert "model.fit(pairs()" in cell


@pytest.mark.parametrize(
    "made",
    [
        "model = keras.Sequential([layers.Dense(4), layers.Flatten, layers.Dense(1)])\n",
        (
            "model = keras.Sequential()\n"
            "for layer in (layers.Dense(4), layers.Flatten):\n    model.add(layer)\n"
        ),
        "stack = [layers.Dense(4)]\nstack.append(layers.Flatten)\nmodel = keras.Sequential(stack)\n",
    ],
)
def test_a_layer_is_made_from_its_class(made):
    message = LAYER_CLASS.format(path="reshaping.flatten.Flatten")
    _, cell = told(failed(made + END, "ValueError", message, "keras.Sequential("))
    assert "layers.Flatten()" in cell


def test_a_loop_over_classes_stays():
    made = (
        "for kind in (layers.Flatten, layers.GlobalMaxPooling1D):\n"
        "    model = keras.Sequential([kind(), layers.Flatten])\n"
    )
    message = LAYER_CLASS.format(path="reshaping.flatten.Flatten")
    _, cell = told(failed(made + END, "ValueError", message, "keras.Sequential("))
    assert "in (layers.Flatten, layers" in cell
    assert "[kind(), layers.Flatten()]" in cell


def test_a_layer_with_settings_is_not_made_without():
    made = "model = keras.Sequential([layers.Dense])\n"
    message = LAYER_CLASS.format(path="core.dense.Dense")
    assert not told(failed(made + END, "ValueError", message, "keras.Sequential("))[1]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("Relu", "relu"),
        ("RELU", "relu"),
        ("leaky-relu", "leaky_relu"),
        ("Sigmod", "sigmoid"),
        ("softmaxx", "softmax"),
    ],
)
def test_the_nearest_word_is_found_whatever_its_case(word, near):
    body = f'act = "{word}"\nmodel = keras.Sequential([layers.Dense(4, activation=act)])\n'
    message = f"Could not interpret activation function identifier: {word}"
    names = {"act": Variable("text", "str", value=repr(word))}
    run = failed(body + END, "ValueError", message, "layers.Dense(4, activation=act)", names=names)
    first, cell = told(run)
    assert f"'{near}'" in first.message
    assert f'act = "{near}"' in cell


def test_a_word_of_an_earlier_cell_is_written_in_the_call():
    earlier = Cell(2, "act = 'Relu'\n")
    body = (
        "model = keras.Sequential()\n"
        "for width in (8, 4):\n    model.add(layers.Dense(width, activation=act))\n"
    )
    message = "Could not interpret activation function identifier: Relu"
    run = failed(body + END, "ValueError", message, "layers.Dense(width, activation=act)")
    cell = told(type(run)(cell=run.cell, error=run.error, earlier=(earlier,)))[1]
    assert 'layers.Dense(width, activation="relu")' in cell


def test_a_word_in_a_dictionary_is_found():
    body = (
        'hp = {"units": 8, "act": "Tanh"}\n'
        'model = keras.Sequential([layers.Dense(hp["units"], hp["act"]), layers.Dense(1)])\n'
    )
    message = "Could not interpret activation function identifier: Tanh"
    run = failed(body + END, "ValueError", message, 'layers.Dense(hp["units"], hp["act"])')
    assert '"tanh"' in told(run)[1]


@pytest.mark.parametrize(
    ("line", "missing", "new"),
    [
        ("return (t - p).mean()", "mean", "return keras.ops.mean((t - p))"),
        ("return 1 - t.flatten().sum()", "flatten", "keras.ops.sum(keras.ops.ravel(t))"),
        ("return abs(t.reshape(-1, 2) - p)", "reshape", "keras.ops.reshape(t, (-1, 2))"),
        ("return t.astype('float32') - p", "astype", "keras.ops.cast(t, 'float32')"),
        ("return t.max(axis=0, keepdims=True)", "max", "keras.ops.max(t, axis=0, keepdims=True)"),
    ],
)
def test_a_method_of_arrays_becomes_a_function_of_keras(line, missing, new):
    body = f"def own(t, p):\n    {line}\n\nmodel.compile('adam', own)\nmodel.fit(x, y)\n"
    message = f"'SymbolicTensor' object has no attribute '{missing}'"
    if missing == "astype":
        message = message.replace("'SymbolicTensor'", "SymbolicTensor") + ". If you are looking for"
    run = failed(body, "AttributeError", message, line.removeprefix("return "), during="fit")
    first, cell = told(run)
    assert first.code == "NBD823"
    assert "own, line 5" in first.message
    assert new in cell


def test_methods_of_modules_and_arrays_elsewhere_stay():
    body = (
        "import numpy as np\n"
        "scale = x.mean()\n"
        "def own(t, p):\n    return np.mean([1, 2]) * (t - p).sum()\n\n"
        "model.compile('adam', own)\nmodel.fit(x, y)\n"
    )
    message = "'SymbolicTensor' object has no attribute 'sum'"
    cell = told(failed(body, "AttributeError", message, "(t - p).sum()", during="fit"))[1]
    assert "scale = x.mean()" in cell
    assert "np.mean([1, 2]) * keras.ops.sum((t - p))" in cell


RESHAPE = (
    "Exception encountered when calling {name}.call().\n\nCould not automatically infer the output "
    "shape / dtype of '{low}' (of type {name}). Either the `{name}.call()` method is incorrect, or "
    "you need to implement the `{name}.compute_output_spec() / compute_output_shape()` method. "
    "Error encountered:\n\nException encountered when calling Reshape.call().\n\nThe total size of "
    "the tensor must be unchanged. Received: input_shape={have}, target_shape={want}\n\nArguments "
    "received by Reshape.call():\n  • args=('<KerasTensor shape=(None, 8)>',)"
)


@pytest.mark.parametrize(
    ("have", "want", "new"),
    [(128, (4, 4, 4), (4, 4, 8)), (60, (3, 5, 2), (3, 5, 4)), (96, (8, 8), (8, 12))],
)
def test_what_a_model_in_a_model_says_is_read(have, want, new):
    body = (
        "class Net(keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        f"        self.up = keras.Sequential([layers.Dense({have}), layers.Reshape({want})])\n\n"
        "    def call(self, x):\n        return self.up(x)\n\n"
        "start = keras.Input((9,))\nmodel = keras.Model(start, Net()(start))\n"
    )
    message = RESHAPE.format(name="Net", low="net", have=f"({have},)", want=want)
    first, cell = told(failed(body + END, "ValueError", message, "Net()(start)"))
    assert f"from samples of ({have},)" in first.message
    assert f"layers.Reshape({new})" in cell


UNLIKE = (
    "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. "
    "Received: input_shape=[(None, 24, 24, 8), (None, 25, 25, 4)]"
)
BLOCK = (
    "def join(low, skip):\n    low = layers.UpSampling2D()(low)\n"
    "    return layers.{layer}([low, skip])\n\n"
)


@pytest.mark.parametrize(
    ("layer", "message", "fits"),
    [
        ("Concatenate", UNLIKE, True),
        ("Concatenate", UNLIKE.replace("24, 24, 8", "24, 26, 8"), False),
        ("Concatenate(axis=1)", UNLIKE, False),
        ("Concatenate", UNLIKE.replace("25, 25, 4", "48, 48, 4"), False),
        (
            "Add",
            "Inputs have incompatible shapes. Received shapes (24, 24, 4) and (25, 25, 4)",
            True,
        ),
        (
            "Multiply",
            "Inputs have incompatible shapes. Received shapes (9, 9, 4) and (9, 8, 4)",
            True,
        ),
    ],
)
def test_the_smaller_of_two_maps_is_resized(layer, message, fits):
    layer = layer if "(" in layer else f"{layer}()"
    body = BLOCK.format(layer=layer) + "out = join(a, b)\nmodel = keras.Model([a, b], out)\n"
    at = f"layers.{layer}([low, skip])"
    _, cell = told(failed(body + END, "ValueError", message, at))
    small = "skip" if layer == "Multiply()" else "low"
    other = "low" if small == "skip" else "skip"
    text = f"layers.Resizing({other}.shape[1], {other}.shape[2])({small})"
    assert (text in cell) is fits


@pytest.mark.parametrize(
    ("made", "new"),
    [
        (
            "base = keras.applications.MobileNet(include_top=False, input_shape=(SIDE, SIDE, 3))\n",
            "input_shape=(40, 40, 3)",
        ),
        (
            "base = keras.applications.VGG16(input_shape=(64, 40, 3), include_top=False)  # cats\n",
            "input_shape=(40, 40, 3)",
        ),
    ],
)
def test_a_backbone_is_made_for_the_samples(made, new):
    body = f"{made}model = keras.Sequential([base, layers.Flatten(), layers.Dense(1)])\n{END}"
    message = (
        "Input 0 with name 'input_layer' of layer 'functional' is incompatible with the layer: "
        "expected shape=(None, 48, 48, 3), found shape=(None, 40, 40, 3)"
    )
    names = {
        "x": Variable("array", "ndarray", "float32", (20, 40, 40, 3)),
        "SIDE": Variable("number", "int", value="48"),
    }
    run = failed(body, "ValueError", message, "model.fit(x, y)", names=names, during="fit")
    first, cell = told(run)
    assert first.code == "NBD802"
    assert new in cell


NO_STEPS = (
    "Input 0 with name 'None' of layer '{layer}' is incompatible with the layer: expected ndim=3, "
    "found ndim=2. Full shape received: (None, 12)"
)


@pytest.mark.parametrize(
    ("head", "made", "new"),
    [
        (
            "for u in [12, 8, 4]:",
            "layers.LSTM(u)",
            (
                "for turn, u in enumerate([12, 8, 4]):\n"
                "    model.add(layers.LSTM(u, return_sequences=turn < len([12, 8, 4]) - 1))"
            ),
        ),
        (
            "for u in hp['units']:",
            "layers.GRU(u, dropout=0.1)",
            (
                "for turn, u in enumerate(hp['units']):\n"
                "    model.add(layers.GRU(u, dropout=0.1, return_sequences=turn < len(hp['units']) - 1))"
            ),
        ),
        (
            "for i in range(depth):",
            "layers.LSTM(12)",
            (
                "for i in range(depth):\n"
                "    model.add(layers.LSTM(12, return_sequences=i < depth - 1))"
            ),
        ),
        (
            "for k, u in enumerate(widths):",
            "layers.LSTM(u)",
            (
                "for k, u in enumerate(widths):\n"
                "    model.add(layers.LSTM(u, return_sequences=k < len(widths) - 1))"
            ),
        ),
    ],
)
def test_all_but_the_last_layer_of_a_loop_return_their_steps(head, made, new):
    body = (
        "model = keras.Sequential([keras.Input((10, 3))])\n"
        f"{head}\n    model.add({made})\nmodel.add(layers.Dense(1))\n"
    )
    kind = "lstm_1" if "LSTM" in made else "gru_1"
    message = NO_STEPS.format(layer=kind)
    names = {"x": Variable("array", "ndarray", "float32", (20, 10, 3))}
    run = failed(body + END, "ValueError", message, f"model.add({made})", names=names)
    first, cell = told(run)
    assert first.code == "NBD809"
    assert new in cell


def test_a_loop_without_a_clear_last_turn_is_explained_alone():
    body = (
        "model = keras.Sequential([keras.Input((10, 3))])\n"
        "for u, d in zip(units, drops):\n    model.add(layers.LSTM(u, dropout=d))\n"
        "model.add(layers.Dense(1))\n"
    )
    names = {"x": Variable("array", "ndarray", "float32", (20, 10, 3))}
    at = "model.add(layers.LSTM(u, dropout=d))"
    run = failed(body + END, "ValueError", NO_STEPS.format(layer="lstm_1"), at, names=names)
    assert "return_sequences" not in told(run)[1]


@pytest.mark.parametrize(
    ("line", "kind", "message", "new"),
    [
        (
            "model = keras.Sequential([layers.Conv2d(2, 3)])",
            "AttributeError",
            "module 'keras._tf_keras.keras.layers' has no attribute 'Conv2d'",
            "[layers.Conv2D(2, 3)]",
        ),
        (
            "stop = keras.callbacks.EarlyStoping(patience=2)",
            "AttributeError",
            "module 'keras.callbacks' has no attribute 'EarlyStoping'",
            "keras.callbacks.EarlyStopping(patience=2)",
        ),
        (
            "model.complie('adam', 'mse')",
            "AttributeError",
            "'Functional' object has no attribute 'complie'",
            "model.compile('adam', 'mse')",
        ),
        (
            "h = layers.Dense(4, activaton='relu')(x)",
            "ValueError",
            "Unrecognized keyword arguments passed to Dense: {'activaton': 'relu'}",
            "layers.Dense(4, activation='relu')",
        ),
        (
            "opt = keras.optimizers.SGD(0.1, momentun=0.9)",
            "ValueError",
            "Argument(s) not recognized: {'momentun': 0.9}",
            "keras.optimizers.SGD(0.1, momentum=0.9)",
        ),
        (
            "hp = dict(learningrate=0.1)\nopt = keras.optimizers.SGD(**hp)",
            "ValueError",
            "Argument(s) not recognized: {'learningrate': 0.1}",
            "hp = dict(learning_rate=0.1)",
        ),
        (
            'hp = {"patiense": 3}\nstop = keras.callbacks.EarlyStopping(**hp)',
            "TypeError",
            "EarlyStopping.__init__() got an unexpected keyword argument 'patiense'",
            '{"patience": 3}',
        ),
    ],
)
def test_the_nearest_name_of_keras_is_written(line, kind, message, new):
    last = line.splitlines()[-1]
    at = last[last.index("= ") + 2 :].removesuffix("(x)") if " = " in last else last
    at = at.removeprefix("keras.Sequential([").removesuffix("])") if "Conv2d" in at else at
    first, cell = told(failed(line + "\n", kind, message, at))
    assert first.code == "NBD823"
    assert new in cell


def test_an_import_and_its_uses_get_the_nearest_name():
    body = "from keras.layers import Flatten, Dens as D\nfrom keras.layers import Droput\nDroput(0.1)\n"
    for word, new in (
        ("Dens", "import Flatten, Dense as D"),
        ("Droput", "import Dropout\nDropout(0.1)"),
    ):
        message = f"cannot import name '{word}' from 'keras.layers' (/keras/layers/__init__.py)"
        first, cell = told(failed(body, "ImportError", message))
        assert first.code == "NBD823"
        assert new in cell


@pytest.mark.parametrize(
    "message",
    [
        "cannot import name 'Densee' from 'tools.layers' (/tools/layers.py)",
        "'Net' object has no attribute 'normalise'",
        "'Net' object has no attribute 'fit_all'",
        "'DataFrame' object has no attribute 'fitt'",
        "module 'tools.layers' has no attribute 'Densee'",
    ],
)
def test_names_of_the_user_are_not_corrected(message):
    body = "class Net(keras.Model):\n    pass\n\nnet = Net()\nnet.normalise(x)\nnet.fit_all(x)\n"
    found = diagnose(failed(body, "AttributeError", message, "net.normalise(x)")).findings
    assert not any("is meant" in item.message for item in found)


OWN = "def own(t, p):\n    {line}\n\nmodel.compile('adam', own)\nmodel.fit(x, y)\n"


def in_own_function(body, line, kind, message):
    """Make a run whose fit failed in a line of a function that Keras called."""
    run = failed(body, kind, message, line, during="fit")
    fit = site(run.cell.source, "model.fit(x, y)")
    scene = FailureContext((fit, *run.error.scene.places))
    return replace(run, error=replace(run.error, scene=scene))


@pytest.mark.parametrize(
    ("line", "kind", "message"),
    [
        ("foo(t)", "NameError", "name 'foo' is not defined"),
        (
            "t @ p",
            "ValueError",
            "Dimensions must be equal, but are 1 and 8 for '{{node own/MatMul}}'",
        ),
        ("table[t]", "KeyError", "'a'"),
    ],
)
def test_a_function_of_the_user_is_named_with_its_line(line, kind, message):
    run = in_own_function(OWN.format(line=f"return {line}"), line, kind, message)
    (finding,) = diagnose(run).findings
    assert (finding.code, finding.aspect) == ("NBD824", "loss")
    assert f"Your own own raised {kind} in line 5, when model.fit ran it" in finding.message
    assert not finding.fixes


@pytest.mark.parametrize(
    "body",
    [
        OWN.format(line="raise RuntimeError('enough')"),
        "def train():\n    model.fit(x, y); foo()\n\ntrain()\n",
        "def own(t, p):\n    return foo(t)\n\nmodel.fit(x, y)\nown(1, 2)\n",
    ],
)
def test_what_is_raised_on_purpose_or_outside_keras_is_left_to_the_user(body):
    at = next(
        text for text in ("raise RuntimeError('enough')", "foo()", "own(1, 2)") if text in body
    )
    kind = "RuntimeError" if "raise" in body else "NameError"
    run = failed(body, kind, "enough", at, during="fit" if "raise" in body else "cell")
    if "raise" in body:
        run = in_own_function(body, at, kind, "enough")
    assert not diagnose(run).findings
