"""Data in every form, and how often it is pulled."""

from tests.neutrality.forms.form import LINEAR, NEXT, Form

COUNT = "pulled = [0]\ndef noted(a, b):\n    pulled[0] += 1\n    return a, b\ndef shaped(a, b):\n    a, b = tf.numpy_function(noted, [a, b], [tf.float32, tf.float32])\n    return tf.ensure_shape(a, (None, 4)), tf.ensure_shape(b, (None,))\n"
ROWS = "class Rows(keras.utils.PyDataset):\n    asked, ends = [], []\n    def __len__(self): return 4\n    def __getitem__(self, at):\n        self.asked.append(at); return x[at * 8:at * 8 + 8], y[at * 8:at * 8 + 8]\n    def on_epoch_end(self): self.ends.append(len(self.asked))\n"
BATCHES = "def batches(count):\n    for at in range(count):\n        pulled.append(at); yield x[:8], y[:8]\npulled = []\n"


# fmt: off
FORMS = (
    Form("one sample", LINEAR + "history = model.fit(x[:1], y[:1], epochs=2, verbose=0)\n"),
    Form("no samples", LINEAR + "history = model.fit(x[:0], y[:0], verbose=0)\n"),
    Form("lists", LINEAR + "history = model.fit(x.tolist(), y.tolist(), verbose=0)\n"),
    Form("tensors", LINEAR + "history = model.fit(tf.constant(x), tf.constant(y), verbose=0)\n"),
    Form("data frames", "import pandas as pd\nt = pd.DataFrame(x, columns=list('abcd')); t['y'] = y\n" + LINEAR + "history = model.fit(t[list('abcd')], t['y'], verbose=0)\n", needs=("pandas",)),
    Form("dictionary of inputs", "i = {'a': keras.Input((4,), name='a'), 'b': keras.Input((4,), name='b')}\nmodel = keras.Model(i, keras.layers.Dense(1)(i['a'] + i['b'])); model.compile('sgd', 'mse')\nhistory = model.fit({'a': x, 'b': x}, y, verbose=0)\n"),
    Form("two inputs, two outputs", "a, b = keras.Input((4,)), keras.Input((4,))\nmodel = keras.Model([a, b], [keras.layers.Dense(1, name='p')(a), keras.layers.Dense(2, name='q')(b)]); model.compile('sgd', ['mse', 'mae'])\nhistory = model.fit([x, x], [y, x[:, :2]], verbose=0)\n"),
    Form("array of the user untouched", "kept = x.copy()\nx.setflags(write=False)\n" + LINEAR + "history = model.fit(x, y, verbose=0)\nsame = bool((x == kept).all())\n"),
    Form("view and order", "f = np.asfortranarray(np.repeat(x, 2, 0))[::2]\n" + LINEAR + "history = model.fit(f, y, verbose=0)\n"),
    Form("memory map", "np.save('x.npy', x)\n" + LINEAR + "history = model.fit(np.load('x.npy', mmap_mode='r'), y, verbose=0)\n"),
    Form("labels are strings", LINEAR + "history = model.fit(x, np.array(['a', 'b'] * 32), verbose=0)\n"),
    Form("objects", LINEAR + "history = model.fit(x.astype(object), y, verbose=0)\n"),
    Form("complex numbers", LINEAR + "history = model.fit(x.astype('complex64'), y, verbose=0)\n"),
    Form("NaN in the labels", "y[3] = np.nan\n" + LINEAR + "history = model.fit(x, y, verbose=0)\n"),
    Form("infinite inputs", "x[3] = np.inf\n" + LINEAR + "history = model.fit(x, y, epochs=2, verbose=0)\n"),
    Form("least integers", LINEAR + "history = model.fit(np.full((64, 4), -(2**63), 'int64'), y, verbose=0)\n"),
    Form("half floats at their end", LINEAR + "history = model.fit(np.full((64, 4), 65000, 'float16'), y, verbose=0)\n"),
    Form("uint8 pictures", "p = (np.abs(x).reshape(16, 4, 4, 1) * 60).astype('uint8')\nmodel = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Rescaling(1 / 255), keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nhistory = model.fit(p, y[:16], verbose=0)\n"),
    Form("sparse matrix of SciPy", "import scipy.sparse as sp\n" + LINEAR + "history = model.fit(sp.csr_matrix(x).tocoo(), y, verbose=0)\n"),
    Form("sparse tensor", LINEAR + "history = model.fit(tf.sparse.from_dense(x), y, verbose=0)\n"),
    Form("ragged pipeline", "d = tf.data.Dataset.from_tensor_slices((tf.ragged.constant([[1, 2], [3]] * 16), np.zeros(32, 'float32'))).batch(16)\nmodel = keras.Sequential([keras.layers.Embedding(5, 2), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nhistory = model.fit(d, verbose=0)\n"),
    Form("text pipeline", "v = keras.layers.TextVectorization(10, output_sequence_length=3); v.adapt(['a b c'])\nd = tf.data.Dataset.from_tensor_slices((['a b', 'c'] * 16, np.zeros(32, 'float32'))).batch(8).map(lambda t, z: (v(t), z))\nmodel = keras.Sequential([keras.layers.Embedding(10, 2), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nhistory = model.fit(d, verbose=0)\n"),
    Form("pipeline pulled", COUNT + "d = tf.data.Dataset.from_tensor_slices((x, y)).batch(16).map(shaped)\n" + LINEAR + "history = model.fit(d, validation_data=d, epochs=2, verbose=0)\n"),
    Form("pipeline with its own order", "d = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(64, seed=3).batch(16)\n" + LINEAR + "history = model.fit(d, epochs=2, verbose=0)\nlater = [b.numpy().tolist() for _, b in d]\n"),
    Form("order without a seed", "d = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(64).batch(16)\n" + LINEAR + "history = model.fit(d, epochs=2, verbose=0)\nlater = [b.numpy().tolist() for _, b in d]\n"),
    Form("endless pipeline", "d = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(64, seed=1).batch(16).repeat()\n" + LINEAR + "history = model.fit(d, steps_per_epoch=3, epochs=2, verbose=0)\n"),
    Form("pipeline with weights", "d = tf.data.Dataset.from_tensor_slices((x, y, np.abs(x[:, 1]))).batch(16)\n" + LINEAR + "history = model.fit(d, verbose=0)\n"),
    Form("iterator of the user", "d = iter([(x[i:i + 8], y[i:i + 8]) for i in range(0, 64, 8)])\n" + LINEAR + "history = model.fit(d, verbose=0)\nrest = list(d)\n"),
    Form("generator to its end", BATCHES + LINEAR + "history = model.fit(batches(5), verbose=0)\n" + NEXT + "pulled"),
    Form("generator runs dry", BATCHES + LINEAR + "history = model.fit(batches(5), steps_per_epoch=4, epochs=2, verbose=0)\n"),
    Form("generator of named tuples", "import collections\nPair = collections.namedtuple('Pair', 'x y')\n" + LINEAR + "history = model.fit((Pair(x[:8], y[:8]) for _ in range(4)), verbose=0)\n"),
    Form("generator of ragged batches", LINEAR + "history = model.fit(((tf.ragged.constant([[1.0, 2.0], [3.0]]), y[:2]) for _ in range(4)), verbose=0)\n"),
    Form("generator without labels", LINEAR + "model.fit((x[:8] for _ in range(4)), verbose=0)\n"),
    Form("data set of Python", ROWS + LINEAR + "history = model.fit(Rows(), epochs=2, verbose=0, shuffle=False)\n"),
    Form("data set with threads", ROWS + LINEAR + "history = model.fit(Rows(workers=2), verbose=0, shuffle=False)\nRows.asked.sort(); Rows.ends.clear()\n"),
    Form("data set in its own order", ROWS + LINEAR + "history = model.fit(Rows(), epochs=2, verbose=0)\n"),
    Form("split for validation", LINEAR + "history = model.fit(x, y, validation_split=0.25, epochs=2, verbose=0)\n"),
    Form("validation now and then", LINEAR + "history = model.fit(x, y, validation_data=(x[:16], y[:16], x[:16, 0] ** 2), validation_freq=2, validation_batch_size=5, epochs=4, verbose=0)\n"),
    Form("validation from a generator", LINEAR + "history = model.fit(x, y, validation_data=((x[:8], y[:8]) for _ in range(3)), verbose=0)\n"),
    Form("sample weights", LINEAR + "history = model.fit(x, y, sample_weight=np.abs(x[:, 1]), verbose=0)\n"),
    Form("class weights", "model = net()\nhistory = model.fit(x, y, class_weight={0: 1.0, 1: 3.0}, verbose=0)\n"),
    Form("not shuffled", LINEAR + "history = model.fit(x, y, shuffle=False, epochs=2, verbose=0)\n"),
    Form("initial epoch", LINEAR + "history = model.fit(x, y, initial_epoch=2, epochs=4, verbose=0)\n"),
    Form("last batch smaller", LINEAR + "history = model.fit(x, y, batch_size=23, verbose=0)\n"),
    Form("fewer steps than rows", LINEAR + "history = model.fit(x, y, batch_size=8, steps_per_epoch=2, epochs=2, verbose=0)\n"),
    Form("no labels", "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activity_regularizer='l2')]); model.compile('sgd')\nhistory = model.fit(x, verbose=0)\n"),
)
