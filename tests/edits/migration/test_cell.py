"""Cells of Keras 1 and 2 written for Keras 3: text in, text out."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbdiag.edits import write_cell
from nbdiag.edits.migration.cell import migrate
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import WriteForKeras3
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.text.parsed_cell import ParsedCell

K = "from keras import backend as K\n"
OPS = "from keras import backend as K\nfrom keras import ops\n"
L = "from keras import layers\n"
CASES = {
    "rate in a dictionary that is spread": (
        (
            "import tensorflow as tf\n"
            "args = {'lr': 1e-3, 'momentum': .9, 'decay': 0.0}\n"
            "opt = tf.keras.optimizers.SGD(**args)\n"
        ),
        (
            "import tensorflow as tf\n"
            "args = {'learning_rate': 1e-3, 'momentum': .9}\n"
            "opt = tf.keras.optimizers.SGD(**args)\n"
        ),
    ),
    "decay in a dictionary that is spread": (
        "from keras.optimizers import Adam\nargs = dict(lr=1e-3, decay=1e-4)\nAdam(**args)\n",
        (
            "from keras.optimizers import Adam\n"
            "from keras.optimizers.schedules import InverseTimeDecay\n"
            "args = dict(learning_rate=InverseTimeDecay(1e-3, 1, 1e-4))\nAdam(**args)\n"
        ),
    ),
    "a dictionary in the call": (
        'from keras import optimizers\nopt = optimizers.Adam(**{"lr": 1e-3}, beta_1=0.8)\n',
        'from keras import optimizers\nopt = optimizers.Adam(**{"learning_rate": 1e-3}, beta_1=0.8)\n',
    ),
    "a dictionary of two calls": (
        "from keras import optimizers\ncfg = dict(lr=1)\noptimizers.Adam(**cfg)\nlog(**cfg)\n",
        "from keras import optimizers\ncfg = dict(lr=1)\noptimizers.Adam(**cfg)\nlog(**cfg)\n",
    ),
    "core": (
        "from keras.layers.core import Dense, Dropout\n",
        "from keras.layers import Dense, Dropout\n",
    ),
    "normalization": (
        "from keras.layers.normalization import BatchNormalization as BN\n",
        "from keras.layers import BatchNormalization as BN\n",
    ),
    "advanced": (
        "from keras.layers.advanced_activations import LeakyReLU\n",
        "from keras.layers import LeakyReLU\n",
    ),
    "engine": ("from keras.engine.topology import Layer\n", "from keras.layers import Layer\n"),
    "training": ("from keras.engine.training import Model\n", "from keras.models import Model\n"),
    "np_utils": (
        "from keras.utils import np_utils\ny = np_utils.to_categorical(y, 10)  # one-hot\n",
        "from keras.utils import to_categorical\ny = to_categorical(y, 10)  # one-hot\n",
    ),
    "np_utils module": (
        "from keras.utils.np_utils import to_categorical\n",
        "from keras.utils import to_categorical\n",
    ),
    "np_utils path": (
        "import keras\ny = keras.utils.np_utils.to_categorical(y, nb_classes=3)\n",
        "import keras\ny = keras.utils.to_categorical(y, num_classes=3)\n",
    ),
    "plot": (
        "from keras.utils.visualize_util import plot\nplot(model, to_file='m.png')\n",
        "from keras.utils import plot_model\nplot_model(model, to_file='m.png')\n",
    ),
    "several lines": (
        "from keras.layers.convolutional import (\n    Convolution2D,  # edges\n    MaxPooling2D,\n)\n",
        "from keras.layers import (\n    Convolution2D,  # edges\n    MaxPooling2D,\n)\n",
    ),
    "experimental": (
        "import tensorflow as tf\nx = tf.keras.layers.experimental.preprocessing.Rescaling(1 / 255)\n",
        "import tensorflow as tf\nx = tf.keras.layers.Rescaling(1 / 255)\n",
    ),
    "pictures": (
        "from keras.preprocessing.image import ImageDataGenerator\n",
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n",
    ),
    "words": (
        "from keras.preprocessing.text import Tokenizer\nt = Tokenizer(nb_words=100)\n",
        "from tensorflow.keras.preprocessing.text import Tokenizer\nt = Tokenizer(num_words=100)\n",
    ),
    "python": (
        "from tensorflow.python.keras.layers import Dense\n",
        "from tensorflow.keras.layers import Dense\n",
    ),
    "objectives": (
        "from keras import objectives\nl = objectives.mse\n",
        "from keras.losses import mean_squared_error\nl = mean_squared_error\n",
    ),
    "lower case": (
        "from keras.optimizers import rmsprop\no = rmsprop(lr=0.1)\n",
        "from keras.optimizers import RMSprop\no = RMSprop(learning_rate=0.1)\n",
    ),
    "attribute": (
        "from keras import optimizers\no = optimizers.adam(lr=0.1, epsilon=None)\n",
        "from keras import optimizers\no = optimizers.Adam(learning_rate=0.1)\n",
    ),
    "decay": (
        "from keras.optimizers import SGD\no = SGD(lr=0.1, decay=1e-6, momentum=0.9)\n",
        (
            "from keras.optimizers import SGD\nfrom keras.optimizers.schedules import InverseTimeDecay\n"
            "o = SGD(learning_rate=InverseTimeDecay(0.1, 1, 1e-6), momentum=0.9)\n"
        ),
    ),
    "no decay": (
        "from keras.optimizers import Adam\no = Adam(lr=0.1, decay=0.0)\n",
        "from keras.optimizers import Adam\no = Adam(learning_rate=0.1)\n",
    ),
    "legacy": (
        "import tensorflow as tf\no = tf.keras.optimizers.legacy.Adam(0.1)\n",
        "import tensorflow as tf\no = tf.keras.optimizers.Adam(0.1)\n",
    ),
    "dense": (
        f"{L}d = layers.Dense(output_dim=6, init='uniform', W_regularizer=None, bias=False)\n",
        (
            f"{L}d = layers.Dense(units=6, kernel_initializer='uniform', kernel_regularizer=None, "
            "use_bias=False)\n"
        ),
    ),
    "embedding": (
        f"{L}d = layers.Embedding(9, output_dim=6, input_length=5, init='uniform')\n",
        f"{L}d = layers.Embedding(9, output_dim=6, embeddings_initializer='uniform')\n",
    ),
    "convolution": (
        f"{L}d = layers.Convolution2D(32, 3, 3, border_mode='same', subsample=(2, 2))\n",
        f"{L}d = layers.Convolution2D(32, (3, 3), padding='same', strides=(2, 2))\n",
    ),
    "rows and columns": (
        f"{L}d = layers.Conv2D(nb_filter=32, nb_row=3, nb_col=5, dim_ordering='tf')\n",
        f"{L}d = layers.Conv2D(filters=32, kernel_size=(3, 5), data_format='channels_last')\n",
    ),
    "dropout": (f"{L}d = layers.Dropout(p=0.5)\n", f"{L}d = layers.Dropout(rate=0.5)\n"),
    "pooling": (
        f"{L}d = layers.MaxPooling1D(pool_length=2, stride=1)\n",
        f"{L}d = layers.MaxPooling1D(pool_size=2, strides=1)\n",
    ),
    "lstm": (
        f"{L}d = layers.LSTM(8, inner_activation='sigmoid', dropout_W=0.2, consume_less='gpu')\n",
        f"{L}d = layers.LSTM(8, recurrent_activation='sigmoid', dropout=0.2)\n",
    ),
    "batch normalization": (
        f"{L}d = layers.BatchNormalization(mode=0, axis=1)\n",
        f"{L}d = layers.BatchNormalization(axis=1)\n",
    ),
    "only argument": (
        f"{L}d = layers.BatchNormalization(mode=0)\n",
        f"{L}d = layers.BatchNormalization()\n",
    ),
    "time": (
        f"{L}d = layers.TimeDistributedDense(4)\n",
        f"{L}d = layers.TimeDistributed(layers.Dense(4))\n",
    ),
    "cudnn": (f"{L}d = layers.CuDNNLSTM(4)\n", f"{L}d = layers.LSTM(4)\n"),
    "noise": (
        f"{L}d = layers.GaussianNoise(sigma=0.1)\n",
        f"{L}d = layers.GaussianNoise(stddev=0.1)\n",
    ),
    "batch shape": (
        f"{L}model.add(layers.LSTM(4, batch_input_shape=(1, 5, 2), stateful=True))\n",
        (
            f"{L}model.add(layers.Input(batch_shape=(1, 5, 2)))\n"
            "model.add(layers.LSTM(4, stateful=True))\n"
        ),
    ),
    "merge": (
        "from keras.layers import Dense, merge\nm = merge([a, b], mode='concat', concat_axis=1)\n",
        "from keras.layers import Dense, concatenate\nm = concatenate([a, b], axis=1)\n",
    ),
    "sum": (
        "from keras.layers import merge\nm = merge([a, b], mode='sum')\n",
        "from keras.layers import add\nm = add([a, b])\n",
    ),
    "two merges": (
        "from keras.layers import merge\nm = merge([a, b], 'mul')\nn = merge([a, b], mode='ave')\n",
        "from keras.layers import multiply, average\nm = multiply([a, b])\nn = average([a, b])\n",
    ),
    "model": (
        "from keras.models import Model\nm = Model(input=a, output=[b])\n",
        "from keras.models import Model\nm = Model(inputs=a, outputs=[b])\n",
    ),
    "fit": ("model.fit(x, y, nb_epoch=3, show_accuracy=True)\n", "model.fit(x, y, epochs=3)\n"),
    "n_epoch": ("model.fit(x, y, n_epoch=20)\n", "model.fit(x, y, epochs=20)\n"),
    "generator": (
        "model.fit_generator(g, samples_per_epoch=2000, nb_epoch=5, nb_val_samples=800)\n",
        "model.fit(g, steps_per_epoch=2000 // 32, epochs=5, validation_steps=800 // 32)\n",
    ),
    "positions": (
        "model.fit_generator(g, n / 32, 5, workers=4)\n",
        "model.fit(g, steps_per_epoch=n // 32, epochs=5)\n",
    ),
    "batch size": (
        "g = data.flow(x, y, batch_size=16)\nmodel.fit_generator(g, samples_per_epoch=len(x))\n",
        "g = data.flow(x, y, batch_size=16)\nmodel.fit(g, steps_per_epoch=len(x) // 16)\n",
    ),
    "compile": (
        "model.compile(optimizer='adam', loss_function='mse', class_mode='binary')\n",
        "model.compile(optimizer='adam', loss='mse')\n",
    ),
    "metrics": (
        "model.compile('adam', 'mse', metrics='acc')\n",
        "model.compile('adam', 'mse', metrics=['acc'])\n",
    ),
    "classes": (
        f"{L}o = layers.Dense(3)\np = model.predict_classes(x, verbose=0)\n",
        f"{L}o = layers.Dense(3)\np = model.predict(x, verbose=0).argmax(axis=-1)\n",
    ),
    "yes or no": (
        f"{L}o = layers.Dense(1)\np = model.predict_classes(x)\n",
        f'{L}o = layers.Dense(1)\np = (model.predict(x) > 0.5).astype("int32")\n',
    ),
    "history": (
        "model.compile('adam', 'mse', metrics=['accuracy'])\nprint(h.history['val_acc'])\n",
        "model.compile('adam', 'mse', metrics=['accuracy'])\nprint(h.history['val_accuracy'])\n",
    ),
    "short history": (
        "model.compile('adam', 'mse', metrics=['acc'])\nprint(h.history['accuracy'])\n",
        "model.compile('adam', 'mse', metrics=['acc'])\nprint(h.history['acc'])\n",
    ),
    "checkpoint": (
        "from keras.callbacks import ModelCheckpoint\nc = ModelCheckpoint('w.hdf5', period=1)\n",
        "from keras.callbacks import ModelCheckpoint\nc = ModelCheckpoint('w.keras')\n",
    ),
    "weights": (
        "model.save_weights('w.h5')\nmodel.load_weights('w.h5')\n",
        "model.save_weights('w.weights.h5')\nmodel.load_weights('w.weights.h5')\n",
    ),
    "rate": ("print(model.optimizer.lr)\n", "print(model.optimizer.learning_rate)\n"),
    "mean": (
        f"{K}def f(a, b):\n    return K.mean(K.square(a - b), axis=-1)\n",
        f"{OPS}def f(a, b):\n    return ops.mean(ops.square(a - b), axis=-1)\n",
    ),
    "old default": (f"{K}m = K.argmax(a)\n", f"{OPS}m = ops.argmax(a, axis=-1)\n"),
    "shape": (f"{K}s = K.int_shape(x)[1]\n", f"{K}s = x.shape[1]\n"),
    "ordering": (
        f"{K}if K.image_dim_ordering() == 'th':\n    pass\n",
        f"{K}if K.image_data_format() == 'channels_first':\n    pass\n",
    ),
    "phase": (f"{K}K.set_learning_phase(1)\nx = 1\n", f"{K}x = 1\n"),
    "kept": (f"{K}K.clear_session()\n", f"{K}K.clear_session()\n"),
    "session": (
        (
            "import tensorflow as tf\nfrom keras.backend.tensorflow_backend import set_session\n"
            "config = tf.ConfigProto()\nset_session(tf.Session(config=config))  # memory\n"
        ),
        "import tensorflow as tf\nconfig = tf.compat.v1.ConfigProto()\n# memory\n",
    ),
    "session of the backend": (
        f"import tensorflow as tf\n{K}sess = tf.Session()\nK.set_session(sess)\n",
        f"import tensorflow as tf\n{K}sess = tf.compat.v1.Session()\n",
    ),
    "session that is read": (
        f"{K}s = K.get_session()\ns.run(x)\n",
        f"{K}s = K.get_session()\ns.run(x)\n",
    ),
    "optimizer of tensorflow": (
        "import tensorflow as tf\nmodel.compile(tf.train.AdamOptimizer(0.01), 'mse')\n",
        "import tensorflow as tf\nmodel.compile(tf.keras.optimizers.Adam(0.01), 'mse')\n",
    ),
    "joined models": (
        (
            "from keras.layers import Dense, Merge\nfrom keras.models import Model, Sequential\n"
            "m = Sequential()\nm.add(Merge([a, b], mode='concat'))  # both\nm.add(Dense(1))\n\n"
            "# settings\nm.compile('adam', 'mse')\n"
        ),
        (
            "from keras.layers import Dense, concatenate\nfrom keras.models import Model, Sequential\n"
            "m = Sequential()\n# both\nm.add(Dense(1))\n\n"
            "m = Model([a.inputs[0], b.inputs[0]], m(concatenate([a.outputs[0], b.outputs[0]])))\n"
            "# settings\nm.compile('adam', 'mse')\n"
        ),
    ),
    "merged tensors": (
        "from keras.layers import Merge\nm = Merge(mode='concat')([a, b])\n",
        "from keras.layers import Concatenate\nm = Concatenate()([a, b])\n",
    ),
    "steps and features": (
        f"{L}d = layers.LSTM(8, input_length=10, input_dim=2)\n",
        f"{L}d = layers.LSTM(8, input_shape=(10, 2))\n",
    ),
    "features alone": (
        f"{L}d = layers.GRU(8, input_dim=2)\n",
        f"{L}d = layers.GRU(8, input_shape=(None, 2))\n",
    ),
    "shape of a layer": (
        "for layer in model.layers:\n    print(layer.output_shape)\nprint(model.output_shape)\n",
        "for layer in model.layers:\n    print(layer.output.shape)\nprint(model.output_shape)\n",
    ),
    "shape of a named layer": (
        "a = model.get_layer('a').input_shape\nb = model.layers[-1].output_shape\n",
        "a = model.get_layer('a').input.shape\nb = model.layers[-1].output.shape\n",
    ),
    "states": (
        "model.fit(x, y)\nmodel.reset_states()\n",
        (
            "model.fit(x, y)\n[layer.reset_states() for layer in model.layers "
            'if hasattr(layer, "reset_states")]\n'
        ),
    ),
    "words of losses": (
        "model.compile('adam', 'mse', metrics=['cosine_proximity', 'mae'])\n",
        "model.compile('adam', 'mse', metrics=['cosine_similarity', 'mae'])\n",
    ),
    "loss by its word": (
        "model.compile('adam', loss='kullback_leibler_divergence')\n",
        "model.compile('adam', loss='kl_divergence')\n",
    ),
    "weights in a folder": (
        "model.save_weights(os.path.join(place, 'w.h5'))\n",
        "model.save_weights(os.path.join(place, 'w.weights.h5'))\n",
    ),
    "checkpoint in a folder": (
        "from keras.callbacks import ModelCheckpoint\nc = ModelCheckpoint(place + '/w.hdf5')\n",
        "from keras.callbacks import ModelCheckpoint\nc = ModelCheckpoint(place + '/w.keras')\n",
    ),
    "batches of a function": (
        (
            "def gen(n=8, batch_size=16):\n    yield x[:batch_size]\n\n\n"
            "model.fit_generator(gen(), samples_per_epoch=64)\n"
        ),
        (
            "def gen(n=8, batch_size=16):\n    yield x[:batch_size]\n\n\n"
            "model.fit(gen(), steps_per_epoch=64 // 16)\n"
        ),
    ),
    "flat batch": (
        f"{K}f = K.batch_flatten(x)\n",
        f"{K}from keras.layers import Flatten\nf = Flatten()(x)\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_cell_is_written_for_keras_3(name):
    old, new = CASES[name]
    assert migrate(old).text == new


@pytest.mark.parametrize("name", CASES)
def test_a_second_time_changes_nothing(name):
    once = migrate(CASES[name][0]).text
    assert migrate(once).text == once


TODAY = """%%traindiag
# classes
import keras
from keras import layers, ops

model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
model.compile(keras.optimizers.Adam(learning_rate=0.1), "mse", metrics=["accuracy"])
history = model.fit(x, y, epochs=3)  # nb_epoch was its name
!ls
print(history.history["val_accuracy"], frame["acc"], "lr")
"""


def test_a_cell_of_today_stays_byte_for_byte():
    assert migrate(TODAY).text == TODAY


def test_what_has_no_successor_is_named():
    done = migrate(f"{L}x = layers.LocallyConnected1D(8, 3)\n")
    assert "LocallyConnected1D" in done.notes[0]


def test_keras_2_itself_is_left_alone():
    text = "from tf_keras.layers.core import Dense\nd = Dense(units=3)\n"
    assert migrate(text).text == text


def test_the_names_of_other_libraries_are_left_alone():
    text = "tree.fit(x, y)\nplt.plot(x, lr=3)\nframe.lr\nresults['acc']\n"
    assert migrate(text).text == text


def test_definitions_of_earlier_cells_come_along_and_are_written_too():
    builder = Cell(
        1, "from keras.layers import Dense\n\n\ndef head(n):\n    return Dense(output_dim=n)\n"
    )
    watched = Cell(2, "%%traindiag\nmodel = head(3)\nmodel.fit(x, y, nb_epoch=2)\n")
    cell = write_cell(TrainingRun(cell=watched, earlier=(builder,)), [WriteForKeras3()])
    assert cell.source.startswith("%%traindiag\n")
    assert "Dense(units=n)" in cell.source
    assert "epochs=2" in cell.source


LINES = [text for old, _ in CASES.values() for text in [old]]


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=4), st.sampled_from(["", "# Ende\n"]))
def test_joined_cells_stay_python_and_keep_their_comments(parts, tail):
    source = "".join(parts) + tail
    text = migrate(source).text
    ast.parse(text)
    assert comments_of(text) == comments_of(source)


def comments_of(text):
    page = ParsedCell(text)
    return [page.source[start:end] for start, end in page.comments]
