"""Cells that fail: before, in and after fit, in code of Keras and in code of the user's.

A function that fails has lines of its own: of one that is written on one line IPython's traceback
shows sometimes its neighbours and sometimes not.
"""

from tests.neutrality.forms.form import FIT, LINEAR, NEXT, Form

CALLBACK = (
    "class Mine(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs=None):\n        "
)
WITH = LINEAR + "history = model.fit(x, y, epochs=2, verbose=0, callbacks=[Mine()])\n"

# fmt: off
FORMS = (
    Form("syntax error", "model = net(\nmodel.fit(x, y\n", seen=False),
    Form("return outside a function", FIT + "return 5\n"),
    Form("unknown magic", FIT + "%nosuchmagic\n"),
    Form("error before fit", "missing\n" + FIT, seen=False),
    Form("error after fit", FIT + "missing\n"),
    Form("error in a function", FIT + "def deep():\n    raise KeyError('lost')\ndef outer():\n    deep()\nouter()\n"),
    Form("error with a cause", FIT + "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('later') from error\n"),
    Form("group of errors", FIT + "raise ExceptionGroup('all', [ValueError(1), TypeError(2)])\n"),
    Form("error without a text", FIT + "class Mute(Exception):\n    def __str__(self):\n        raise RuntimeError('no text')\nraise Mute()\n"),
    Form("exit", FIT + "import sys\nsys.exit(3)\n"),
    Form("exit with a text", FIT + "import sys\nsys.exit('bye')\n"),
    Form("interrupt", FIT + "raise KeyboardInterrupt\n"),
    Form("generator exit", FIT + "raise GeneratorExit\n"),
    Form("stop iteration", FIT + "raise StopIteration(3)\n"),
    Form("base exception", FIT + "class Mine(BaseException): pass\nraise Mine('x')\n"),
    Form("assert", FIT + "assert len(x) == 1, 'rows'\n"),
    Form("error caught", "try:\n    net().fit(x, y[:3], verbose=0)\nexcept ValueError as error:\n    text = str(error)\n"),
    Form("debugger after an error", FIT + "1 / 0\n" + NEXT + "import sys\nkind = sys.last_type.__name__, str(sys.last_value), sys.last_traceback.tb_next is None"),
    Form("callback raises", CALLBACK + "raise OSError('disk')\n" + WITH),
    Form("callback raises an odd error", CALLBACK + "raise Mute()\nclass Mute(Exception):\n    def __str__(self):\n        return 5\n" + WITH),
    Form("callback interrupts", CALLBACK + "raise KeyboardInterrupt\n" + WITH),
    Form("callback stops iteration", CALLBACK + "raise StopIteration\n" + WITH),
    Form("callback signals", CALLBACK + "signal.raise_signal(signal.SIGINT)\nimport signal\n" + WITH),
    Form("metric raises", "class Mine(keras.metrics.Metric):\n    def update_state(self, *a, **k):\n        raise ValueError('metric')\n    def result(self): return 0.0\n" + LINEAR + "model.compile('sgd', 'mse', metrics=[Mine()])\nmodel.fit(x, y, verbose=0)\n"),
    Form("loss raises late", "calls = []\ndef loss(a, b):\n    calls.append(1)\n    if len(calls) > 3: raise ValueError('late')\n    return keras.ops.mean((a - b) ** 2)\nmodel = net(); model.compile('adam', loss, run_eagerly=True)\nmodel.fit(x, y, epochs=3, verbose=0)\n"),
    Form("layer raises", "class Mine(keras.layers.Layer):\n    def call(self, inputs):\n        raise TypeError('layer')\n    def compute_output_shape(self, shape): return shape\nmodel = keras.Sequential([Mine(), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nmodel.fit(x, y, verbose=0)\n"),
    Form("generator raises", "def batches():\n    for _ in range(3): yield x[:8], y[:8]\n    raise OSError('disk')\n" + LINEAR + "model.fit(batches(), steps_per_epoch=8, epochs=2, verbose=0)\n"),
    Form("data set raises", "class Rows(keras.utils.PyDataset):\n    def __len__(self): return 3\n    def __getitem__(self, at):\n        if at == 2: raise OSError('disk')\n        return x[:8], y[:8]\n" + LINEAR + "model.fit(Rows(), verbose=0, shuffle=False)\n"),
    Form("pipeline raises", "d = tf.data.Dataset.from_tensor_slices((x, y)).map(lambda a, b: (tf.debugging.check_numerics(a / 0.0, 'bad'), b)).batch(8)\n" + LINEAR + "try:\n    model.fit(d, verbose=0)\nexcept tf.errors.InvalidArgumentError as error:\n    kind = type(error).__name__\n"),
    Form("validation raises", LINEAR + "model.fit(x, y, validation_data=(x[:, :2], y), verbose=0)\n"),
    Form("wrong shapes", "model = net(); model.fit(x[:, :3], y, verbose=0)\n"),
    Form("wrong length", "model = net(); model.fit(x, y[:5], verbose=0)\n"),
    Form("no arguments", "model = net(); model.fit()\n"),
    Form("wrong keyword", "model = net(); model.fit(x, y, epoch=3)\n"),
    Form("too many arguments", "model = net(); model.fit(*range(30))\n"),
    Form("argument twice", "model = net(); model.fit(x, y, x=x)\n"),
    Form("wrong kind of epochs", "model = net(); model.fit(x, y, epochs='3', verbose=0)\n"),
    Form("wrong split", "model = net(); model.fit(x, y, validation_split='a', verbose=0)\n"),
    Form("wrong class weights", "model = net(); model.fit(x, y, class_weight={'a': 1}, verbose=0)\n"),
    Form("wrong callback", "model = net(); model.fit(x, y, callbacks=[3], verbose=0)\n"),
    Form("callback is None", "model = net(); history = model.fit(x, y, callbacks=[None], verbose=0)\n"),
    Form("not compiled", "model = keras.Sequential([keras.layers.Dense(1)]); model.fit(x, y, verbose=0)\n"),
    Form("not a Keras loss", "model = net(); model.compile('adam', 'no such loss'); model.fit(x, y, verbose=0)\n"),
    Form("no super", "class Mine(keras.Model):\n    def __init__(self):\n        self.width = 1\nmodel = Mine(); model.compile('sgd', 'mse'); model.fit(x, y, verbose=0)\n"),
    Form("batch of a fraction", "model = net(); model.fit(x, y, batch_size=2.5, verbose=0)\n"),
    Form("batch of zero", "model = net(); model.fit(x, y, batch_size=0, verbose=0)\n"),
    Form("no epochs", "model = net(); history = model.fit(x, y, epochs=0, verbose=0)\n"),
    Form("less than no epochs", "model = net(); history = model.fit(x, y, epochs=-1, verbose=0)\n"),
    Form("no arrays", "model = net(); model.fit(True, False, verbose=0)\n"),
)
