"""Crashes, one per kind and idiom, as text: the cell, what Keras said, what must be found."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from nbdiag.diagnosis import diagnose
from nbdiag.facts.crash.exception import Crash, crash_of, shapes_in, written
from nbdiag.facts.crash.kind import kind_of
from nbdiag.facts.crash.shapes import target_and_output
from nbdiag.rules.crash.layers_that_do_not_fit_together import LayersThatDoNotFitTogether
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.failure import FailureContext, RunError, Variable
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Metric
from tests.factory import make_run

RUNS = Path(__file__).parent.parent / "runs"
IMPORTS = "import keras\nimport numpy as np\nfrom keras import layers\n\n"
RANK = (
    "Input 0 with name 'None' of layer '{}' is incompatible with the layer: expected ndim={}, "
    "found ndim={}. Full shape received: {}"
)
WINDOW = (
    "Computed output size would be zero or negative. Received `inputs shape={}`, "
    "`kernel shape={}`, `dilation_rate=[1 1]`, `strides=(1, 1)`, `padding=valid`."
)
TARGET = (
    "Arguments `target` and `output` must have the same rank (ndim). "
    "Received: target.shape={}, output.shape={}"
)


def array(*shape, dtype="float32", value="", lengths=None, kind="ndarray", **more):
    return Variable("array", kind, dtype, shape, value, lengths, **more)


def crash(source, kind, message, names=None, earlier=(), *, places=()):
    scene = FailureContext(tuple(places), dict(names or {}))
    cell = Cell(5, f"%%traindiag\n{source}")
    error = RunError(kind, message, "cell", (), scene)
    return TrainingRun(cell=cell, earlier=tuple(earlier), error=error)


def sequential(*listed, fit="model.fit(x, y)"):
    rows = "".join(f"    {item},\n" for item in listed)
    model = f"model = keras.Sequential([\n{rows}])\n"
    return f'{IMPORTS}{model}model.compile("adam", "mse")\n{fit}\n'


def added(*listed):
    rows = "".join(f"model.add({item})\n" for item in listed)
    return f'{IMPORTS}model = keras.Sequential()\n{rows}model.compile("adam", "mse")\nmodel.fit(x, y)\n'


def functional(first, *listed):
    rows = "".join(f"h = {item}(h)\n" for item in listed)
    model = "model = keras.Model(start, h)\n"
    fit = 'model.compile("adam", "mse")\nmodel.fit(x, y)\n'
    return f"{IMPORTS}start = {first}\nh = layers.Dropout(0.1)(start)\n{rows}{model}{fit}"


END = "model = keras.Sequential([keras.layers.Dense(9)])\nmodel.compile('adam')\nmodel.fit(x, z)\n"
V, T, A, M, I = "ValueError", "TypeError", "AttributeError", "ModuleNotFoundError", "ImportError"  # noqa: E741
CASES = {
    # 801: source, exception, its text, names, code, words of the message, text of the new cell
    "module": (
        "from keras.layers.core import Dense\n", M, "No module named 'keras.layers.core'", {},
        "NBD801", ["keras.layers.core", "Dense"], "from keras.layers import Dense",
    ),
    "tensorflow module": (
        "from tensorflow.keras.layers.experimental import preprocessing\n", M,
        "No module named 'tensorflow.keras.layers.experimental'", {},
        "NBD801", ["layers.experimental"], "%%traindiag",
    ),
    "engine": (
        "from keras.engine.topology import Layer\n", M, "No module named 'keras.engine'", {},
        "NBD801", ["keras.engine", "Layer"], "from keras.layers import Layer",
    ),
    "name": (
        "from keras.optimizers import rmsprop\nopt = rmsprop(lr=1)\n", I,
        "cannot import name 'rmsprop' from 'keras.optimizers' (/somewhere/__init__.py)", {},
        "NBD801", ["rmsprop", "RMSprop"], "opt = RMSprop(learning_rate=1)",
    ),
    "attribute of a module": (
        "import keras\nopt = keras.optimizers.adam()\n", A,
        "module 'keras.optimizers' has no attribute 'adam'", {},
        "NBD801", ["keras.optimizers.adam", "Adam"], "keras.optimizers.Adam()",
    ),
    "backend": (
        "from keras import backend as K\nm = K.mean(x)\n", A,
        "module 'keras.backend' has no attribute 'mean'", {},
        "NBD801", ["keras.backend.mean", "keras.ops.mean"], "m = ops.mean(x)",
    ),
    "method": (
        "model.predict_proba(x)\n", A, "'Sequential' object has no attribute 'predict_proba'", {},
        "NBD801", ["predict_proba", "predict"], "model.predict(x)",
    ),
    "learning rate": (
        "print(model.optimizer.lr)\n", A, "'Adam' object has no attribute 'lr'", {},
        "NBD801", ["lr", "learning_rate"], "model.optimizer.learning_rate",
    ),
    "fit argument": (
        "model.fit(x, y, nb_epoch=2)\n", T,
        "TensorFlowTrainer.fit() got an unexpected keyword argument 'nb_epoch'", {},
        "NBD801", ["nb_epoch", "epochs"], "model.fit(x, y, epochs=2)",
    ),
    "compile argument": (
        "model.compile('adam', loss_function='mse')\n", T,
        "Trainer.compile() got an unexpected keyword argument 'loss_function'", {},
        "NBD801", ["loss_function", "loss"], "model.compile('adam', loss='mse')",
    ),
    "layer argument": (
        "from keras.layers import Conv2D\nd = Conv2D(8, 3, border_mode='same')\n", V,
        "Unrecognized keyword arguments passed to Conv2D: {'border_mode': 'same'}", {},
        "NBD801", ["border_mode", "padding"], "padding='same'",
    ),
    "missing argument": (
        "from keras.layers import Dropout\nd = Dropout(p=0.5)\n", T,
        "Dropout.__init__() missing 1 required positional argument: 'rate'", {},
        "NBD801", ["p", "rate"], "Dropout(rate=0.5)",
    ),
    "history key": (
        "model.compile('adam', 'mse', metrics=['accuracy'])\nprint(h.history['acc'])\n",
        "KeyError", "'acc'", {},
        "NBD801", ["acc", "accuracy"], "h.history['accuracy']",
    ),
    "metrics as a word": (
        "model.compile('adam', 'mse', metrics='acc')\n", V,
        "Expected `metrics` argument to be a list, tuple, or dict. Received instead: metrics=acc",
        {}, "NBD801", ["metrics"], "metrics=['acc']",
    ),
    "checkpoint": (
        "from keras.callbacks import ModelCheckpoint\nc = ModelCheckpoint('w.hdf5')\n", V,
        "The filepath provided must end in `.keras` (Keras model format). Received: w.hdf5", {},
        "NBD801", [".keras"], "ModelCheckpoint('w.keras')",
    ),
    "rows and columns": (
        sequential("layers.Input((9, 9, 1))", "layers.Convolution2D(8, 3, 3)",
                   "layers.Convolution2D(8, 3, 3)", "layers.Flatten()"),
        V, WINDOW.format("(None, 1, 1, 8)", "(3, 3, 8, 8)"), {"x": array(50, 9, 9, 1)},
        "NBD801", ["Convolution2D"], "layers.Convolution2D(8, (3, 3))",
    ),
    "shape of a layer": (
        "for layer in model.layers:\n    print(layer.output_shape)\n", A,
        "'Dense' object has no attribute 'output_shape'", {},
        "NBD801", ["output_shape", "output.shape"], "layer.output.shape",
    ),
    "session": (
        "import tensorflow as tf\nfrom keras import backend as K\nK.set_session(tf.Session())\n",
        A, "module 'tensorflow' has no attribute 'Session'", {},
        "NBD801", ["tf.Session", "tf.compat.v1.Session"], "import tensorflow as tf",
    ),
    "optimizer of tensorflow": (
        "import tensorflow as tf\nmodel.compile(tf.train.AdamOptimizer(0.01), 'mse')\n", A,
        "module 'tensorflow._api.v2.train' has no attribute 'AdamOptimizer'", {},
        "NBD801", ["tf.train.AdamOptimizer"], "tf.keras.optimizers.Adam(0.01)",
    ),
    "all that is old": (
        "model.fit(x, y, nb_epoch=2, show_accuracy=True)\nmodel.predict_proba(x)\n", T,
        "TensorFlowTrainer.fit() got an unexpected keyword argument 'nb_epoch'", {},
        "NBD801", ["nb_epoch", "epochs", "show_accuracy", "predict_proba"], "epochs=2)",
    ),
    "states": (
        "model.fit(x, y)\nmodel.reset_states()\n", A,
        "'Sequential' object has no attribute 'reset_states'", {},
        "NBD801", ["reset_states"], "layer.reset_states() for layer in model.layers",
    ),
    "word of a loss": (
        "model.compile('adam', loss='cosine_proximity')\nmodel.fit(x, y)\n", V,
        "Could not interpret loss identifier: cosine_proximity", {},
        "NBD801", ["cosine_proximity", "cosine_similarity"], "loss='cosine_similarity'",
    ),
    "helper module": (
        "from keras.utils import np_utils\ny = np_utils.to_categorical(y)\n", I,
        "cannot import name 'np_utils' from 'keras.utils' (/somewhere/__init__.py)", {},
        "NBD801", ["np_utils", "keras.utils.to_categorical"], "y = to_categorical(y)",
    ),
    # 802
    "rows counted in": (
        added("layers.LSTM(9, input_shape=x.shape)"), V,
        RANK.format("lstm", 3, 4, "(None, 50, 7, 2)"), {"x": array(50, 7, 2)},
        "NBD802", ["(50, 7, 2)", "(7, 2)", "samples"], "input_shape=x.shape[1:]",
    ),
    "an axis too many": (
        functional("keras.Input(shape=(20, 8, 1))", "layers.LSTM(9)"), V,
        RANK.format("lstm", 3, 4, "(None, 20, 8, 1)"), {"x": array(50, 20, 8)},
        "NBD802", ["(20, 8, 1)", "(20, 8)", "lstm"], "keras.Input(shape=(20, 8))",
    ),
    "axes exchanged": (
        added("layers.Conv1D(8, 5, input_shape=(1, 30))"), V,
        WINDOW.format("(None, 1, 30)", "(5, 30, 8)"), {"x": array(50, 30, 1)},
        "NBD802", ["(1, 30)", "(30, 1)"], "input_shape=(30, 1)",
    ),
    "open size": (
        functional("keras.Input(batch_shape=(8, steps, 1))", "layers.LSTM(3, return_sequences=True)",
                   "layers.Flatten()", "layers.Dense(1)"),
        V, ("Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
        "Received: shape=(None, 1) for variable path='dense/kernel'"),
        {"x": array(40, 5, 1), "steps": Variable("none", "NoneType")},
        "NBD802", ["None", "Flatten"], "batch_shape=(8, 5, 1)",
    ),
    "number for a shape": (
        sequential("layers.Input(8)", "layers.Dense(1)"), V, "Cannot convert '8' to a shape.",
        {"x": array(50, 8)}, "NBD802", ["tuple", "(8,)"], "layers.Input((8,))",
    ),
    "extra axis in the data": (
        sequential("layers.Input((20, 8, 1))", "layers.LSTM(9)"), V,
        RANK.format("lstm", 3, 4, "(None, 20, 8, 1)"), {"x": array(50, 20, 8, 1)},
        "NBD802", ["(20, 8, 1)"], "layers.Reshape((20, 8))",
    ),
    # 804, 805
    "channels first in a list": (
        sequential("layers.Input((1, 28, 28))", "layers.Conv2D(8, 3)", "layers.Flatten()"), V,
        WINDOW.format("(None, 1, 28, 28)", "(3, 3, 28, 8)"), {"x": array(50, 1, 28, 28)},
        "NBD804", ["(1, 28, 28)", "channel"], "layers.Permute((2, 3, 1))",
    ),
    "channels first, added": (
        added("layers.Conv2D(8, 3, input_shape=(3, 32, 32))", "layers.MaxPooling2D(2)"), V,
        WINDOW.format("(None, 1, 30, 8)", "(3, 3, 32, 8)"), {"x": array(50, 3, 32, 32)},
        "NBD804", ["(3, 32, 32)"], "model.add(layers.Permute((2, 3, 1), input_shape=(3, 32, 32)))",
    ),
    "channels first, functional": (
        functional("keras.Input(x.shape[1:])", "layers.Conv2D(8, 3)"), V,
        WINDOW.format("(None, 1, 28, 28)", "(3, 3, 28, 8)"), {"x": array(50, 1, 28, 28)},
        "NBD804", ["(28, 28, 1)"], "channels_last = layers.Permute((2, 3, 1))(start)",
    ),
    "no channel axis": (
        sequential("layers.Input((28, 28))", "layers.Conv2D(8, 3)"), V,
        RANK.format("conv2d", 4, 3, "(None, 28, 28)").replace("expected ndim", "expected min_ndim"),
        {"x": array(50, 28, 28)}, "NBD805", ["(28, 28)", "channel"],
        "layers.Reshape((28, 28, 1))",
    ),
    "a model that was half built": (
        sequential("layers.Conv2D(8, 3)", "layers.Flatten()"), V,
        ("Sequential model 'sequential' has already been configured to use input shape "
        "(50, 28, 28). You cannot build it with input_shape (8, 28, 28)"),
        {"x": array(50, 28, 28)}, "NBD805", ["(28, 28)", "channel"],
        "layers.Reshape((28, 28, 1))",
    ),
    "pictures counted in, functional": (
        functional("keras.Input((50, 9, 9, 3))", "layers.Conv2D(4, 3)"), V,
        ("Kernel shape must have the same length as input, but received kernel of shape "
        "(3, 3, 3, 4) and input of shape (None, 50, 9, 9, 3)."), {"x": array(50, 9, 9, 3)},
        "NBD802", ["(50, 9, 9, 3)", "(9, 9, 3)"], "keras.Input((9, 9, 3))",
    ),
    # 813
    "class for a layer": (
        added("layers.Input((8,))", "layers.Flatten", "layers.Dense(1)"), V,
        ("Only instances of `keras.Layer` can be added to a Sequential model. Received: "
        "<class 'keras.src.layers.reshaping.flatten.Flatten'> (of type <class 'type'>)"),
        {}, "NBD813", ["brackets"], "model.add(layers.Flatten())",
    ),
    "unlike sides of a sum": (
        ("import keras\nfrom keras import layers\n\na = keras.Input((8,))\n"
        "b = layers.Dense(12)(a)\nc = layers.Add()([a, b])\n"), V,
        "Inputs have incompatible shapes. Received shapes (8,) and (12,)", {},
        "NBD813", ["(8,)", "(12,)"], "layers.Dense(8)(a)",
    ),
    # 809
    "second recurrent layer": (
        added("layers.Input((9, 2))", "layers.GRU(16)", "layers.Dropout(0.2)", "layers.GRU(8)"), V,
        RANK.format("gru_7", 3, 2, "(None, 16)"), {"x": array(50, 9, 2)},
        "NBD809", ["return_sequences"], "layers.GRU(16, return_sequences=True)",
    ),
    "second recurrent layer, functional": (
        functional("keras.Input((9, 2))", "layers.LSTM(16)", "layers.LSTM(8)"), V,
        RANK.format("lstm_1", 3, 2, "(None, 16)"), {"x": array(50, 9, 2)},
        "NBD809", ["return_sequences"], "layers.LSTM(16, return_sequences=True)",
    ),
    "plain features": (
        sequential("layers.Input((9,))", "layers.LSTM(16)"), V,
        RANK.format("lstm", 3, 2, "(None, 9)"), {"x": array(50, 9)},
        "NBD809", ["(9,)", "steps"], "layers.Reshape((9, 1))",
    ),
    "maps into a recurrent layer": (
        sequential("layers.Input((8, 8, 1))", "layers.Conv2D(4, 3)", "layers.LSTM(8)"), V,
        RANK.format("lstm", 3, 4, "(None, 6, 6, 4)"), {"x": array(50, 8, 8, 1)},
        "NBD809", ["(6, 6, 4)"], "layers.Reshape((6, 24))",
    ),
    # 810
    "objects": (
        sequential("layers.Dense(1)"), V, "Invalid dtype: object",
        {"x": array(50, 4, dtype="object"), "y": array(50, dtype="int64")},
        "NBD810", ["object", "float32"], 'np.asarray(x, dtype="float32")',
    ),
    "arrays in an array": (
        sequential("layers.Dense(1)"), V, "Invalid dtype: object",
        {"x": array(50, dtype="object", value="ndarray", lengths=(4, 4))},
        "NBD810", ["object"], "np.stack(x)",
    ),
    "ragged": (
        sequential("layers.Embedding(9, 2)"), V, "Invalid dtype: object",
        {"x": array(50, dtype="object", value="list", lengths=(2, 7))},
        "NBD810", ["2 to 7"], "pad_sequences(x)",
    ),
    "lists": (
        sequential("layers.Dense(1)"), V, "Unrecognized data type: x=[[1, 2]] (of type <class 'list'>)",
        {"x": Variable("list", "list", "list", (50,), "", (2, 2))},
        "NBD810", ["list"], 'np.asarray(x, dtype="float32")',
    ),
    "list of arrays": (
        sequential("layers.Dense(1)"), V,
        ("Data cardinality is ambiguous. Make sure all arrays contain the same number of samples."
        "'x' sizes: 8, 8, 8, 8 'y' sizes: 4"),
        {"x": Variable("list", "list", "ndarray", (4,), "", (8, 8)), "y": array(4)},
        "NBD810", ["list"], "np.stack(x)",
    ),
    "classes by name": (
        sequential("layers.Dense(1)"), V, "Invalid dtype: str32",
        {"x": array(50, 4), "y": array(50, dtype="str96")},
        "NBD810", ["text"], "np.unique(y, return_inverse=True)[1]",
    ),
    # 813, 814
    "embedding weights": (
        sequential("layers.Input((6,))", "layers.Embedding(5, 2, weights=[table])"), V,
        "Layer embedding weight shape (5, 2) is not compatible with provided weight shape (6, 3).",
        {"x": array(50, 6)}, "NBD813", ["(5, 2)", "(6, 3)"], "layers.Embedding(6, 3, weights=[table])",
    ),
    "reshape": (
        sequential("layers.Input((12,))", "layers.Reshape((5, 2))"), V,
        ("Exception encountered when calling Reshape.call().\n\n\x1b[1mThe total size of the tensor "
        "must be unchanged. Received: input_shape=(12,), target_shape=(5, 2)\x1b[0m\n\n"
        "Arguments received by Reshape.call():\n  • args=('<KerasTensor shape=(None, 12)>',)"),
        {"x": array(50, 12)}, "NBD813", ["(12,)", "(5, 2)"], "layers.Reshape((6, 2))",
    ),
    "a class for a layer": (
        sequential("layers.Input((8,))", "layers.Dense"), V,
        ("Only instances of `keras.Layer` can be added to a Sequential model. Received: "
        "<class 'keras.src.layers.core.dense.Dense'> (of type <class 'type'>)"),
        {}, "NBD813", ["not a layer"], None,
    ),
    "features of another layer": (
        functional("keras.Input((32,))", "encoder.layers[-1]"), V,
        ("Input 0 with name 'None' of layer 'dense_5' is incompatible with the layer: expected axis "
        "-1 of input shape to have value 128, but received input with shape (None, 32)"),
        {"x": array(50, 784)}, "NBD813", ["128", "32", "dense_5"], None,
    ),
    "small maps": (
        sequential("layers.Input((8, 8, 1))", "layers.Conv2D(4, 5)", "layers.MaxPooling2D()",
                   "layers.Conv2D(4, 3)"),
        V, WINDOW.format("(None, 2, 2, 4)", "(3, 3, 4, 4)"), {"x": array(50, 8, 8, 1)},
        "NBD814", ["(3, 3)", "(2, 2, 4)"], 'layers.Conv2D(4, 3, padding="same")',
    ),
    # 815
    "misspelt activation": (
        sequential('layers.Dense(4, activation="rleu")'), V,
        "Could not interpret activation function identifier: rleu", {},
        "NBD815", ["rleu", "relu"], 'activation="relu"',
    ),
    "misspelt optimizer": (
        IMPORTS + 'model.compile("adma", "mse")\nmodel.fit(x, y)\n', V,
        "Could not interpret optimizer identifier: adma", {},
        "NBD815", ["adma", "adam"], 'model.compile("adam", "mse")',
    ),
    # 817
    "labels of the other side": (
        sequential("layers.Dense(1)", fit="model.fit(x_train, y_test)"), V,
        ("Data cardinality is ambiguous. Make sure all arrays contain the same number of samples."
        "'x' sizes: 30 'y' sizes: 10"),
        {"x_train": array(30, 4), "y_test": array(10), "y_train": array(30)},
        "NBD817", ["30", "10", "x_train"], "model.fit(x_train, y_train)",
    ),
    # 802, 809: what follows from the first repair belongs to it
    "the whole table for a row": (
        (f"{IMPORTS}model = keras.Sequential()\n"
         "model.add(layers.Conv1D(2, 2, input_shape=x.shape))\n"
         'model.compile("adam", "binary_crossentropy")\nmodel.fit(x, y)\n'), V,
        RANK.format("conv1d", 3, 2, "(None, 30)"),
        {"x": array(99, 30), "y": array(99, dtype="int64", span=(0, 1), form="whole")},
        "NBD802", ["(99, 30)", "(30,)", "samples"],
        ("model.add(layers.Reshape((30, 1), input_shape=(30,)))\n"
         "model.add(layers.Conv1D(2, 2))\nmodel.add(layers.Flatten())\n"
         'model.add(layers.Dense(1, activation="sigmoid"))\n'),
    ),
    "a step declared for a series": (
        added("layers.Dense(5, input_shape=(1,))", "layers.Dense(9)", "layers.LSTM(8)",
              "layers.Dense(1)"), V,
        RANK.format("lstm", 3, 2, "(None, 9)"),
        {"x": array(99, 20, 1), "y": array(99, span=(-1, 1))},
        "NBD802", ["(1,)", "(20, 1)"],
        "model.add(layers.Dense(5, input_shape=(20, 1)))\nmodel.add(layers.Dense(9))\n",
    ),
    "wrapped in a layer per step": (
        functional("keras.Input((20, 4))", "layers.Bidirectional(layers.LSTM(8))",
                   "layers.TimeDistributed(layers.Dense(5))"), V,
        ("`TimeDistributed` Layer should be passed an `input_shape` with at least 3 dimensions, "
         "received: (None, 16)"),
        {"x": array(99, 20, 4), "y": array(99, 20, 5)},
        "NBD809", ["TimeDistributed", "return_sequences"],
        "layers.Bidirectional(layers.LSTM(8, return_sequences=True))",
    ),
    # 813
    "sides of a product": (
        ("import keras\nfrom keras import layers\n\na = keras.Input((1,))\n"
         "b = layers.Flatten()(layers.Embedding(60, 40)(a))\n"
         "c = layers.Flatten()(layers.Embedding(90, 50)(a))\nd = layers.Dot(axes=1)([b, c])\n"),
        V,
        ("Incompatible input shapes: axis values 40 (at axis 1) != 50 (at axis 1). Full input "
         "shapes: (None, 40), (None, 50)"), {},
        "NBD813", ["(40,)", "(50,)", "Dot"], "layers.Embedding(60, 50)",
    ),
    "maps that cannot be halved": (
        ("import keras\nfrom keras import layers\n\nstart = keras.Input((50, 50, 1))\n"
         "a = layers.MaxPooling2D()(start)\nb = layers.MaxPooling2D()(a)\n"
         "c = layers.UpSampling2D()(b)\nd = layers.Concatenate()([c, a])\n"
         "e = layers.UpSampling2D()(d)\nout = layers.Conv2D(1, 1)(e)\n"
         'model = keras.Model(start, out)\nmodel.compile("adam", "mse")\nmodel.fit(x, x)\n'), V,
        ("A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
         "axis. Received: input_shape=[(None, 24, 24, 1), (None, 25, 25, 1)]"),
        {"x": array(20, 50, 50, 1)}, "NBD813", ["24", "25", "odd"],
        "layers.ZeroPadding2D((1, 1))(start)",
    ),
    # 810
    "a column of pictures": (
        sequential("layers.Input((8, 8, 1))", "layers.Conv2D(2, 3)"), V, "Invalid dtype: object",
        {"x": array(50, 1, dtype="object", value="ndarray", lengths=(8, 8), item=(8, 8, 1))},
        "NBD810", ["object", "(8, 8, 1)"], "np.stack(x[:, 0])",
    ),
    "texts in a table": (
        sequential("layers.Input((4,))", "layers.Dense(1)"), V, "Invalid dtype: str",
        {"x": array(50, 4, dtype="object", texts=("sex", "port"), encoded=7, kind="DataFrame")},
        "NBD810", ["sex, port", "text"], 'pd.get_dummies(x, dtype="float32")',
    ),
    "whole numbers in a layer of one's own": (
        sequential("Linear(4)"), T,
        ("Exception encountered when calling Linear.call().\n\n\x1b[1mInput 'b' of 'MatMul' Op has "
         "type float32 that does not match type int64 of argument 'a'.\x1b[0m\n\nArguments received "
         "by Linear.call():\n  • inputs=tf.Tensor"),
        {"x": array(50, 4, dtype="int64")},
        "NBD810", ["float32", "int64", "Linear"], 'np.asarray(x, dtype="float32")',
    ),
    # 807
    "encoded again": (
        ("from keras.utils import to_categorical\nimport keras\nfrom keras import layers\n\n"
         "z = to_categorical(y)\nmodel = keras.Sequential([layers.Dense(9)])\n"
         'model.compile("adam", "categorical_crossentropy")\nmodel.fit(x, z)\n'), V,
        TARGET.format("(None, 9, 2)", "(None, 9)"),
        {"x": array(50, 4), "y": array(50, 9, form="one-hot", span=(0, 1)), "z": array(50, 9, 2)},
        "NBD807", ["(9, 2)", "already", "to_categorical"], "model.fit(x, y)",
    ),
    # 811
    "a batch that is returned": (
        ("import keras\n\ndef batches(size):\n    return x[:size], y[:size]\n\n"
         "model.fit(batches(32), steps_per_epoch=4, epochs=2)\n"), V,
        "None values not supported.", {"x": array(50, 4), "y": array(50)},
        "NBD811", ["batches", "yield"], "(batches(32) for _ in range(4 * 2))",
    ),
    # 820
    "units as a float": (
        sequential("layers.Dense(width / 2)", "layers.Dense(1)"), V,
        ("Received an invalid value for `units`, expected a positive integer. Received: "
         "units=32.0"), {"width": Variable("number", "int", value="64")},
        "NBD820", ["units", "32.0", "whole"], "layers.Dense(width // 2)",
    ),
    "a rate in percent": (
        sequential("layers.Dense(8)", "layers.Dropout(20)"), V,
        ("Invalid value received for argument `rate`. Expected a float value between 0 and 1. "
         "Received: rate=20"), {},
        "NBD820", ["rate", "20", "between 0 and 1"], "layers.Dropout(0.2)",
    ),
    "a misspelt padding": (
        sequential('layers.Conv2D(8, 3, padding="smae")'), V,
        "The `padding` argument must be a list/tuple or one of {'valid', 'same'}. Received: smae",
        {}, "NBD820", ["smae", "same"], 'padding="same"',
    ),
    "filters as a float": (
        sequential("layers.Input((8, 8, 1))", "layers.Conv2D(n / 2, 3)"), V,
        ("Cannot convert '(3, 3, 1, 8.0)' to a shape. Found invalid dimension '8.0' of type "
         "'<class 'float'>'."), {"n": Variable("number", "int", value="16")},
        "NBD820", ["8.0", "Conv2D"], "layers.Conv2D(n // 2, 3)",
    ),
    "no units": (
        sequential("layers.LSTM(0)"), V,
        "Received an invalid value for argument `units`, expected a positive integer, got 0.", {},
        "NBD820", ["units", "0", "LSTM"], None,
    ),
    "a window of another number of axes": (
        sequential("layers.Conv2D(8, (3, 3, 3))"), V,
        "The `kernel_size` argument must be a tuple of 2 integers. Received kernel_size=(3, 3, 3)",
        {}, "NBD820", ["kernel_size", "(3, 3, 3)", "2"], None,
    ),
    # 821
    "keys of losses": (
        (f"{IMPORTS}model.compile('adam', loss={{'age': 'mae', 'sex': 'mse'}})\n"
         "model.fit(x, {'age': a, 'sex': b})\n"), V,
        ("Expected keys ['age_out', 'sex_out'] in loss dict, but found "
         "loss.keys()=['age', 'sex']"), {},
        "NBD821", ["age_out", "sex"],
        "loss={\"age_out\": 'mae', \"sex_out\": 'mse'})\nmodel.fit(x, {\"age_out\": a, \"sex_out\": b})",
    ),
    "keys of inputs": (
        f"{IMPORTS}model.fit({{'text': t, 'picture': p}}, y)\n", V,
        ("Missing data for input \"words\". You passed a data dictionary with keys ['text', "
         "'picture']. Expected the following keys: ['words', 'picture']"), {},
        "NBD821", ["words", "text"], '{"words": t, "picture": p}',
    ),
    # 822
    "weights as an array": (
        (f"{IMPORTS}weights = balance(y)\nmodel.fit(x, y, class_weight=weights)\n"), A,
        "'numpy.ndarray' object has no attribute 'get'",
        {"weights": array(2)}, "NBD822", ["class_weight", "dictionary"],
        "class_weight=dict(enumerate(weights))",
    ),
    "a split of a data set": (
        f"{IMPORTS}model.fit(data, validation_split=0.2)\n", V,
        ("Argument `validation_split` is only supported for tensors or NumPy arrays.Found "
         "incompatible type in the input: [<class 'Dataset'>]"), {},
        "NBD822", ["validation_split", "data set"], "validation_split=0.0",
    ),
    "labels beside a data set": (
        f"{IMPORTS}model.fit(data, y)\n", V,
        ("When providing `x` as a tf.data.Dataset, `y` should not be passed. Instead, the targets "
         "should be included as part of the tf.data.Dataset."), {},
        "NBD822", ["y", "labels itself"], "model.fit(data, None)",
    ),
    "one metric for two outputs": (
        f"{IMPORTS}model.compile('adam', 'mse', metrics=['mae'])\nmodel.fit(x, [y, z])\n", V,
        ("tuple arity mismatch; expected: 2, got: 1; tuple: ('mae',).\nInvalid `metrics`. `metrics` "
         "should contain metrics objects and either be a dict or a list matching the output names of "
         "the functional model ['a', 'b'] or match the output structure of the model: ['X', 'X'].\n"
         "Received: metrics=['mae']"), {},
        "NBD821", ["2 outputs", "metrics"], 'metrics=[["mae"], ["mae"]]',
    ),
    "parts of a split in the wrong order": (
        (f"{IMPORTS}from sklearn.model_selection import train_test_split\n"
         "y_train, x_train, y_test, x_test = train_test_split(a, b)\n"
         "model = keras.Sequential([layers.Dense(1)])\nmodel.fit(x_train, y_train)\n"), V,
        ("Data cardinality is ambiguous. Make sure all arrays contain the same number of samples."
         "'x' sizes: 20\n'y' sizes: 60\n"), {"x_train": array(20, 4), "y_train": array(60, 4)},
        "NBD817", ["20", "60"], None,
    ),
    "a third size of a table": (
        ("from keras import layers, Sequential\n\ndef build(table):\n    n = table.shape[2]\n"
         "    return Sequential([layers.LSTM(4, input_shape=(table.shape[1], n)), layers.Dense(1)])\n"
         "\nmodel = build(x)\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n"), "IndexError",
        "tuple index out of range", {"x": array(50, 12), "table": array(50, 12)},
        "NBD802", ["table.shape[2]", "(50, 12)", "(12, 1)"], None,
    ),
    "a layer of another size in the file": (
        f"{IMPORTS}model.load_weights('a.weights.h5')\n", V,
        ("Layer count mismatch when loading weights from file. Model expected 3 layers, found 2 saved "
         "layers."), {},
        "NBD813", ["3 layers", "2"], None,
    ),
    "weights of other variables": (
        f"{IMPORTS}model.load_weights('a.weights.h5')\n", V,
        ("A total of 4 objects could not be loaded. Example error message for object <Dense name=one, "
         "built=True>:\n\nLayer 'one' expected 2 variables, but received 0 variables during loading. "
         "Expected: ['kernel', 'bias']"), {},
        "NBD813", ["one", "2", "0"], None,
    ),
    # 823
    "an optimizer of another model": (
        (f"{IMPORTS}opt = keras.optimizers.Adam(0.1)\nmodel = build()\nmodel.compile(opt, 'mse')\n"
         "model.fit(x, y)\n"), "KeyError",
        ('"Unknown variable: <Variable path=dense/kernel, shape=(8, 1)>. This optimizer can only be '
         'called for the variables it was originally built with. When working with a new set of '
         'variables, you should recreate a new optimizer instance."'), {},
        "NBD823", ["optimizer", "another model"],
        "model.compile(type(opt).from_config(opt.get_config()), 'mse')",
    ),
    "a layer that is not begun": (
        sequential("Own(2)"), "RuntimeError",
        ("In layer 'Own', you forgot to call `super().__init__()` as the first statement in the "
         "`__init__()` method. Go add it!"), {},
        "NBD823", ["super().__init__()"], None,
    ),
    "a model without a call": (
        f"{IMPORTS}model = Own()\nmodel.fit(x, y)\n", "NotImplementedError",
        "Model Own does not have a `call()` method implemented.", {},
        "NBD823", ["Own", "call(self, inputs)"], None,
    ),
    "a tensor without values": (
        functional("keras.Input((8,))", "np.array"), V,
        ("A KerasTensor is symbolic: it's a placeholder for a shape an a dtype. It doesn't have any "
         "actual numerical value. You cannot convert it to a NumPy array."), {},
        "NBD823", ["no values yet"], None,
    ),
    "metrics in the place of loss_weights": (
        f"{IMPORTS}model.compile('adam', 'mse', ['mae'])\nmodel.fit(x, y)\n", V,
        "dtype='string' is not a valid dtype for Keras type promotion.", {},
        "NBD823", ["loss_weights", "metrics"], "metrics=['mae']",
    ),
    "grey pictures for a base": (
        (f"{IMPORTS}base = keras.applications.VGG16(input_shape=(48, 48, 1), include_top=False)\n"
         "model = keras.Sequential([base, layers.Flatten(), layers.Dense(3)])\nmodel.fit(x, y)\n"),
        V, "The input must have 3 channels; Received `input_shape=(48, 48, 1)`",
        {"x": array(20, 48, 48, 1)},
        "NBD823", ["3 channels", "(48, 48, 1)"], None,
    ),
    "a length that is a float": (
        ("class Rows(keras.utils.Sequence):\n    def __len__(self):\n"
         "        return len(self.x) / 16\n\nmodel.fit(Rows())\n"), T,
        "'float' object cannot be interpreted as an integer", {},
        "NBD823", ["__len__", "Rows", "int"], "return int(len(self.x) / 16)",
    ),
    "a score of class numbers": (
        f"{IMPORTS}model.compile('adam', 'mse', [keras.metrics.F1Score()])\nmodel.fit(x, y)\n", V,
        ("FBetaScore expects 2D inputs with shape (batch_size, output_dim). Received input shapes: "
         "y_pred.shape=(None, 3) and y_true.shape=(None,)."), {},
        "NBD823", ["one-hot"], None,
    ),
    "a metric that is not there": (
        (f"{IMPORTS}stop = keras.callbacks.EarlyStopping(monitor='val_acc')\n"
         "model.fit(x, y, callbacks=[stop])\n"), V,
        ("EarlyStopping callback received monitor=val_acc, but Keras isn't able to automatically "
         "determine whether that metric should be maximized or minimized. Pass `mode='max'` in "
         "order to monitor based on the highest metric value, or pass `mode='min'`."), {},
        "NBD823", ["val_acc", "no metric"], None,
    ),
    "a plateau beside a schedule": (
        (f"{IMPORTS}slower = keras.callbacks.ReduceLROnPlateau()\n"
         "model.fit(x, y, callbacks=[slower])\n"), "TypeError",
        ("This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` "
         "constructor argument, hence its learning rate is not settable."), {},
        "NBD823", ["schedule", "plain number"], None,
    ),
}  # fmt: skip


def of(name):
    source, kind, message, names, *wanted = CASES[name]
    return crash(source, kind, message, names), wanted


@pytest.mark.parametrize("name", CASES)
def test_a_crash_is_explained(name):
    run, (code, words, _) = of(name)
    first = diagnose(run).findings[0]
    assert (first.code, first.role, first.severity) == (code, "cause", "error")
    told = first.message + " ".join(f"{e.observed} {e.expected}" for e in first.evidence)
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][-1] is not None])
def test_its_first_fix_writes_the_cell(name):
    run, (_, _, text) = of(name)
    fix = diagnose(run).findings[0].fixes[0]
    assert fix.safety == "review"
    assert text in fix.source
    assert fix.source.startswith("%%traindiag\n")
    ast.parse(fix.source.removeprefix("%%traindiag\n"))


@pytest.mark.parametrize("name", CASES)
def test_only_one_cause_is_named(name):
    run, _ = of(name)
    causes = [item.code for item in diagnose(run).findings if item.role == "cause"]
    assert len(causes) == 1


FOREIGN = {
    "a name": ("NameError", "name 'modle' is not defined"),
    "a column": ("KeyError", "'price'"),
    "a history that is not Keras'": ("KeyError", "'acc'"),
    "a file": ("FileNotFoundError", "[Errno 2] No such file or directory: 'train.csv'"),
    "an attribute of a class of your own": (
        "AttributeError",
        "'Reader' object has no attribute 'input_shape'",
    ),
    "a name of TensorFlow that never was": (
        "AttributeError",
        "module 'tensorflow' has no attribute 'magic'",
    ),
    "a conversion": ("ValueError", "invalid literal for int() with base 10: 'a'"),
    "a module": ("ModuleNotFoundError", "No module named 'kears'"),
    "a module of Keras that never was": ("ModuleNotFoundError", "No module named 'keras.magic'"),
    "an attribute": ("AttributeError", "'DataFrame' object has no attribute 'lr'"),
    "shapes of arrays": (
        "ValueError",
        "operands could not be broadcast together with shapes (3,) (4,)",
    ),
    "a syntax error": ("SyntaxError", "invalid syntax"),
    "an argument": ("TypeError", "f() got an unexpected keyword argument 'colour'"),
    "an index": ("IndexError", "tuple index out of range"),
    "a place in a list": ("KeyError", "17"),
    "a row of a table": ("KeyError", "np.int64(17)"),
    "sizes of a tuple": ("ValueError", "not enough values to unpack (expected 3, got 2)"),
    "a count that is a float": (
        "TypeError",
        "'float' object cannot be interpreted as an integer",
    ),
    "a missing argument": ("TypeError", "f() missing 1 required positional argument: 'units'"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_nothing_is_said_of_what_is_not_keras(name):
    kind, message = FOREIGN[name]
    run = crash("frame['price']\nf(1)\n", kind, message)
    assert isinstance(kind_of(run), Missing)
    assert not [f for f in diagnose(run).findings if f.severity != "info"]


def raised_in(call, source, kind, message, names=None):
    """A run whose exception was raised in a call that the source holds once."""
    text = f"%%traindiag\n{source}"
    line = text[: text.index(call)].count("\n") + 1
    column = text.split("\n")[line - 1].index(call)
    site = CallSite(5, line, column, line, column + len(call))
    return crash(source, kind, message, names, places=[site])


JOINED = "layers.Bidirectional(layers.LSTM(4), merge_mode='add')"
MODE = "Invalid merge mode. Received: add. Merge mode should be one of {'sum', 'concat', None}"


@pytest.mark.parametrize(
    ("call", "source", "names", "aspect", "name"),
    [
        (JOINED, f"{IMPORTS}part = {JOINED}\n", {}, "architecture", "layers.Bidirectional"),
        (
            "model.compile('adam', 'mse', 7)",
            f"{IMPORTS}model.compile('adam', 'mse', 7)\n",
            {"model": Variable("model", "Sequential")},
            "loss",
            "model.compile",
        ),
        (
            "layers.Dense(3)(table)",
            f"{IMPORTS}h = layers.Dense(3)(table)\n",
            {},
            "architecture",
            "layers.Dense",
        ),
        (
            "tf.keras.utils.split_dataset(x, 2)",
            "import tensorflow as tf\na, b = tf.keras.utils.split_dataset(x, 2)\n",
            {},
            "inputs",
            "tf.keras.utils.split_dataset",
        ),
    ],
)
def test_what_no_rule_knows_is_told_as_keras_says_it(call, source, names, aspect, name):
    findings = diagnose(raised_in(call, source, V, MODE, names)).findings
    first = findings[0]
    assert (first.code, first.severity, first.aspect) == ("NBD824", "error", aspect)
    assert first.message.startswith(f"{name} raised ValueError")
    assert MODE in first.message
    assert [fix.safety for fix in first.fixes] == ["display"]


@pytest.mark.parametrize(
    ("call", "source", "names"),
    [
        ("clf.fit(x, y)", f"{IMPORTS}clf.fit(x, y)\n", {"clf": Variable("other", "SVC")}),
        ("np.stack(rows)", f"{IMPORTS}x = np.stack(rows)\nmodel.fit(x, y)\n", {}),
        ("read(3)", f"{IMPORTS}def read(n):\n    raise ValueError(n)\n\nx = read(3)\n", {}),
    ],
)
def test_what_was_not_raised_in_a_call_of_keras_is_the_users_own(call, source, names):
    run = raised_in(call, source, V, "there is something wrong with it", names)
    assert isinstance(kind_of(run), Missing)


ROWS = (
    "class Rows(keras.utils.Sequence):\n    def __getitem__(self, i):\n"
    "        return self.labels[i]\n\nmodel.fit(Rows({labels}))\n"
)


def rows(labels, names):
    source = IMPORTS + ROWS.replace("{labels}", labels)
    line = source[: source.index("self.labels[i]")].count("\n") + 2
    return crash(source, "KeyError", "np.int64(7)", names, places=[CallSite(5, line, 15, line, 29)])


def test_a_row_of_a_table_is_not_looked_up_by_its_place():
    run = rows("frame['kind']", {"frame": array(60, 3, kind="DataFrame")})
    found = diagnose(run).findings[0]
    assert (found.code, found.aspect) == ("NBD823", "inputs")
    assert "model.fit(Rows(frame['kind'].to_numpy()))" in found.fixes[0].source


@pytest.mark.parametrize(
    "name",
    [
        "nbd802_faulty_third_axis_of_a_table",
        "nbd802_faulty_three_sizes_of_a_table",
        "nbd817_faulty_split_unpacked",
    ],
)
def test_nothing_follows_from_arrays_that_are_made_anew(name):
    fix = diagnose(TrainingRun.load(RUNS / "crash" / f"{name}.json")).findings[0].fixes[0]
    assert [type(change).__name__ for change in fix.changes] == ["WriteInPlace"]


def test_a_key_that_a_dictionary_lacks_is_the_users_own():
    assert isinstance(kind_of(rows("numbers", {"numbers": Variable("other", "dict")})), Missing)


def test_a_size_that_another_line_asks_for_is_not_the_one_that_failed():
    source = sequential("layers.LSTM(4)", fit="t = f()\nn = x.shape[2]")
    run = crash(source, "IndexError", "tuple index out of range", {"x": array(50, 12)})
    lines = {text: place for place, text in enumerate(run.cell.source.split("\n"), start=1)}
    here = replace(run, error=replace(run.error, lines=(lines["n = x.shape[2]"],)))
    there = replace(run, error=replace(run.error, lines=(lines["t = f()"],)))
    assert diagnose(here).findings[0].code == "NBD802"
    assert isinstance(kind_of(there), Missing)


def test_maps_of_another_size_than_the_inputs_are_not_cropped():
    run = TrainingRun.load(RUNS / "crash" / "nbd807_faulty_decoded_larger.json")
    small = replace(run.data.inputs[0], shape=(40, 40, 1))
    other = replace(run, data=replace(run.data, inputs=(small,)))
    assert "Crop" in diagnose(run).findings[0].fixes[0].title
    assert [fix.safety for fix in diagnose(other).findings[0].fixes] == ["display"]


def test_a_run_that_did_not_fail_is_not_a_crash():
    assert isinstance(crash_of(TrainingRun(cell=Cell(1, ""))), Missing)


def test_one_row_is_known_by_the_call_that_failed():
    source = "model.predict(new)\n"
    place = CallSite(5, 2, 0, 2, 18)
    message = (
        "Invalid input shape for input Tensor with name 'k' and path ''. Expected shape (None, 8), "
        "but input has incompatible shape (8,)"
    )
    run = crash(source, V, message, {"new": array(8)}, places=[place])
    first = diagnose(run).findings[0]
    assert first.code == "NBD816"
    assert "model.predict(new[np.newaxis])" in first.fixes[0].source


def test_a_list_is_converted_where_predict_is_given_it():
    source = "model.predict([row])\n"
    message = "Unrecognized data type: x=[[1, 2]] (of type <class 'list'>)"
    run = crash(source, V, message, places=[CallSite(5, 2, 0, 2, 20)])
    first = diagnose(run).findings[0]
    assert first.code == "NBD810"
    assert 'model.predict(np.asarray([row], dtype="float32"))' in first.fixes[0].source


def test_of_two_calls_that_begin_together_the_one_that_failed_is_meant():
    source = "print(model.predict(new).argmax())\n"
    message = "Negative dimension size caused by subtracting 3 from 1"
    run = crash(source, V, message, {"new": array(8, 8, 1)}, places=[CallSite(5, 2, 6, 2, 24)])
    first = diagnose(run).findings[0]
    assert first.code == "NBD816"
    assert "model.predict(new[np.newaxis]).argmax()" in first.fixes[0].source


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ((1, 9), "keras.utils.to_categorical(y - 1, 9)"),
        ((0, 9), "keras.utils.to_categorical(y, 10)"),
    ],
)
def test_a_class_without_a_column_is_told_by_the_call_that_encodes(span, text):
    source = f"import keras\nz = keras.utils.to_categorical(y, 9)\n{END}"
    message = "index 9 is out of bounds for axis 1 with size 9"
    labels = array(99, dtype="int64", span=span, form="whole")
    place = CallSite(5, 3, 4, 3, 36)
    run = crash(source, "IndexError", message, {"y": labels}, places=[place])
    first = diagnose(run).findings[0]
    assert first.code == "NBD812"
    assert f"goes from {span[0]} to 9" in first.message
    assert text in first.fixes[0].source
    assert ("layers.Dense(10)" in first.fixes[0].source) == (span[0] == 0)


def test_an_index_of_the_users_own_is_no_crash_of_keras():
    message = "index 9 is out of bounds for axis 1 with size 9"
    run = crash("z = y[9]\nmodel.fit(x, z)\n", "IndexError", message, {"y": array(99)})
    assert isinstance(kind_of(run), Missing)


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        ("(8, 8, 4) and (8, 8, 6)", "layers.Add()([layers.Conv2D(h.shape[-1], 1)(kept), h])"),
        (
            "(8, 8, 4) and (4, 4, 6)",
            "layers.Add()([layers.Conv2D(h.shape[-1], 1, strides=2)(kept), h])",
        ),
        ("(8, 8, 4) and (5, 8, 6)", None),
        ("(8, 8, 4) and (4, 4, 4)", None),
    ],
)
def test_a_shortcut_is_projected_to_what_it_is_added_to(shapes, text):
    source = f"{IMPORTS}def block(kept, h):\n    return layers.Add()([kept, h])\n\n\n"
    source += "model = net(block)\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n"
    message = f"Inputs have incompatible shapes. Received shapes {shapes}"
    places = [CallSite(5, 10, 8, 10, 18), CallSite(5, 7, 11, 7, 34)]
    first = diagnose(crash(source, V, message, {"x": array(9, 8)}, places=places)).findings[0]
    assert first.code == "NBD813"
    assert text is None or text in first.fixes[0].source
    assert (first.fixes[0].safety == "display") == (text is None)


@pytest.mark.parametrize(
    ("begin", "base", "known"),
    [
        ("self.by = by", "layers.Layer", True),
        ("super().__init__(); self.by = by", "layers.Layer", False),
        ("layers.Layer.__init__(self); self.by = by", "layers.Layer", False),
        ("self.by = by", "Reader", False),
    ],
)
def test_a_layer_that_was_never_begun_is_told_by_its_class(begin, base, known):
    source = f"class Own({base}):\n    def __init__(self, by):\n        {begin}\n\n\nOwn(2)(x)\n"
    run = crash(source, A, "'Own' object has no attribute 'name'")
    found = [item.code for item in diagnose(run).findings if item.role == "cause"]
    assert found == (["NBD823"] if known else [])


def test_rows_of_other_columns_are_told_by_the_call_that_was_given_them():
    source = "model.fit(x, y)\nmodel.evaluate(x_test, y_test)\n"
    message = (
        "Input 0 with name 'None' of layer 'dense' is incompatible with the layer: expected axis "
        "-1 of input shape to have value 8, but received input with shape (None, 6)"
    )
    names = {"x": array(50, 8), "x_test": array(10, 6)}
    run = crash(source, V, message, names, places=[CallSite(5, 3, 0, 3, 30)])
    first = diagnose(run).findings[0]
    assert first.code == "NBD802"
    assert "evaluate" in first.message
    assert [fix.safety for fix in first.fixes] == ["display"]


@pytest.mark.parametrize("bound", [True, False])
def test_a_decoder_goes_through_all_layers_behind_the_code(bound):
    last = "last = model.layers[-1]\n" if bound else ""
    head = "last" if bound else "model.layers[-1]"
    source = (
        "from keras.layers import Dense, Input\nfrom keras.models import Model\n\n"
        "start = Input((8,))\nh = Dense(6)(start)\nh = Dense(2)(h)\nh = Dense(6)(h)\n"
        f"model = Model(start, Dense(8)(h))\ncode = Input((2,))\n{last}"
        f"decoder = Model(code, {head}(code))  # codes\n"
    )
    line = source.split("\n").index(f"decoder = Model(code, {head}(code))  # codes") + 2
    message = (
        "Input 0 with name 'None' of layer 'dense_3' is incompatible with the layer: expected axis "
        "-1 of input shape to have value 6, but received input with shape (None, 2)"
    )
    place = CallSite(5, line, 22, line, 28 + len(head))
    first = diagnose(crash(source, V, message, places=[place])).findings[0]
    assert first.code == "NBD813"
    assert "Model(code, model.layers[-1](model.layers[-2](code)))  # codes" in first.fixes[0].source


def test_a_builder_of_an_earlier_cell_comes_along():
    builder = Cell(
        2,
        "from keras import layers, models\n\n\ndef build(shape):\n    m = models.Sequential()\n"
        "    m.add(layers.Input(shape))\n    m.add(layers.LSTM(8))\n    m.add(layers.LSTM(4))\n"
        "    return m\n",
    )
    message = RANK.format("lstm_1", 3, 2, "(None, 8)")
    run = crash(
        "model = build((9, 2))\nmodel.fit(x, y)\n", V, message, {"x": array(50, 9, 2)}, [builder]
    )
    source = diagnose(run).findings[0].fixes[0].source
    assert "layers.LSTM(8, return_sequences=True)" in source


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("shape (None, 8)", [(None, 8)]),
        ("[?,3], [?,12,2]", [(None, 3), (None, 12, 2)]),
        ("inputs.shape=[None 2 2 4]", [(None, 2, 2, 4)]),
        ("(8,) and ()", [(8,), ()]),
        ("predict() and f(x)", [()]),
    ],
)
def test_shapes_are_read(text, shapes):
    assert shapes_in(text) == shapes


def test_shapes_are_written_as_python_writes_them():
    assert [written((8,)), written((2, None)), written(())] == ["(8,)", "(2, None)", "()"]


@pytest.mark.parametrize(
    "line",
    [
        TARGET.format("(None,)", "(None, 3)"),
        "Dimensions must be equal for '{{node compile_loss/mse/sub}}' with input shapes: [?], [?,3].",
    ],
)
def test_labels_and_output_are_told_apart(line):
    assert target_and_output(line) == ((None,), (None, 3))


def test_a_long_line_is_cut():
    assert len(Crash("ValueError", "x" * 5000).short) < 500


def recorded(stem):
    return TrainingRun.load(Path(__file__).parent.parent / "runs" / "crash" / f"{stem}.json")


def fixes_of(run):
    (finding,) = LayersThatDoNotFitTogether().check(run)
    return finding.fixes


def test_a_model_is_made_from_the_input_that_its_output_is_made_from():
    run = recorded("nbd813_faulty_graph_with_a_gap")
    (fix,) = fixes_of(run)
    assert [(item.argument, item.code) for item in fix.changes] == [("inputs", "other")]
    apart = run.cell.source.replace("other = keras.Input((8,))", "other = keras.Input((9,))")
    names = {**run.error.scene.names}
    names["other"] = replace(names["other"], shape=(None, 9))
    scene = replace(run.error.scene, names=names)
    unlike = replace(
        run, cell=replace(run.cell, source=apart), error=replace(run.error, scene=scene)
    )
    assert fixes_of(unlike)[0].safety == "display", "the rows would not fit"
    twice = replace(run.cell, source=run.cell.source.replace("h = layers", "h = start\nh = layers"))
    assert fixes_of(replace(run, cell=twice))[0].safety == "display", "which h is meant"


def test_an_input_is_declared_as_the_layer_on_it_was_built():
    (fix,) = fixes_of(recorded("nbd813_faulty_decoder_on_the_input"))
    (change,) = fix.changes
    assert (change.call.name, change.call.line, change.code) == ("Input", 11, "(4,)")


@pytest.mark.parametrize(("name", "mode"), [("f1", "max"), ("mean_distance", "min")])
def test_a_custom_metric_that_is_there_needs_a_direction(name, mode):
    source, kind, message, names, *_ = CASES["a metric that is not there"]
    run = crash(
        source.replace("val_acc", f"val_{name}"),
        kind,
        message.replace("val_acc", f"val_{name}"),
        names,
    )
    own = make_run(metrics=(Metric("", name, name, name, custom=True),)).compile
    first = diagnose(replace(run, compile=own)).findings[0]
    assert "no metric of that name" not in first.message
    assert first.fixes[0].changes[0].code == f'"{mode}"'
