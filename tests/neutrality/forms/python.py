"""How a program reaches fit: functions, threads, callbacks, wrappers, loops, several models."""

from tests.neutrality.forms.form import FIT, LINEAR, LOOK, MAGIC, NEXT, Form

TRAIN = "def train(**options):\n    model = linear()\n    return model, model.fit(x, y, verbose=0, **options)\n"
CALLBACK = (
    "class Mine(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs=None):\n        "
)
QUIET = "model.fit(x, y, verbose=0)\n"

DRAWING = "matplotlib's own records of drawing the report reach a logger that hears DEBUG"

# fmt: off
FORMS = (
    Form("in a function", TRAIN + "model, history = train()\n"),
    Form("function of an earlier cell", TRAIN + NEXT + f"{MAGIC}\nmodel, history = train()\n"),
    Form("several fits", LINEAR + "a = " + QUIET + "b = " + QUIET),
    Form("several models", "a, b = net(), linear()\nh = a.fit(x, y, verbose=0)\ni = b.fit(x, y, verbose=0)\n"),
    Form("loop of fits", "curves = []\nfor seed in range(3):\n    keras.utils.set_random_seed(seed)\n    model = linear()\n    curves.append(model.fit(x, y, verbose=0).history)\n"),
    Form("in a comprehension", "held = [linear().fit(x, y, verbose=0).history['loss'] for _ in range(2)]\n"),
    Form("in a class", "class Task:\n    def __init__(self):\n        self.model = linear()\n    def run(self):\n        return self.model.fit(x, y, verbose=0)\ntask = Task()\nhistory = task.run(); model = task.model\n"),
    Form("in an expression", "best = min(linear().fit(x, y, epochs=2, verbose=0).history['loss'])\n"),
    Form("in a match", "match (n := 2):\n    case 2 if (model := linear()):\n        history = model.fit(x, y, epochs=n, verbose=0)\n"),
    Form("exec", f"exec({FIT!r})\n"),
    Form("exec in a namespace", f"space = dict(net=net, x=x, y=y)\nexec({FIT!r}, space)\nmodel, history = space['model'], space['history']; del space\n"),
    Form("exec without a name", f"space = dict(net=net, x=x, y=y, __name__=None)\nexec({FIT!r}, space)\nmodel, history = space['model'], space['history']; del space\n"),
    Form("partial", LINEAR + "import functools\ntrain = functools.partial(model.fit, verbose=0)\nhistory = train(x, y)" + NEXT + "later = train(x, y).history"),
    Form("method of an earlier cell", LINEAR + "train = model.fit" + NEXT + f"{MAGIC}\nhistory = train(x, y, verbose=0)\n" + NEXT + "later = train(x, y, verbose=0).history"),
    Form("method for a later cell", LINEAR + "train = model.fit\nhistory = " + QUIET + NEXT + "later = train(x, y, verbose=0).history"),
    Form("decorator", "import functools\ncalls = []\ndef noted(function):\n    @functools.wraps(function)\n    def inner(*a, **k):\n        calls.append(sorted(k)); return function(*a, **k)\n    return inner\n@noted\ndef train(**options):\n    return linear().fit(x, y, **options)\nheld = train(verbose=0).history\n"),
    Form("fit replaced and put back", "fit = keras.Model.fit\ncalls = []\ndef mine(self, *a, **k):\n    calls.append(len(a)); return fit(self, *a, **k)\nkeras.Model.fit = mine\ntry:\n    " + FIT.replace("\n", "\n    ") + "\nfinally:\n    keras.Model.fit = fit\n" + NEXT + "fit = mine = None"),
    Form("fit replaced before", "fit = keras.Model.fit\ncalls = []\ndef mine(self, *a, **k):\n    calls.append(len(a)); return fit(self, *a, **k)\nkeras.Model.fit = mine" + NEXT + f"{MAGIC}\n{FIT}" + NEXT + "found = keras.Model.fit is mine\nkeras.Model.fit = fit"),
    Form("fit of one model replaced", LINEAR + "calls = []\nfit = model.fit\nmodel.fit = lambda *a, **k: (calls.append(len(a)), fit(*a, **k))[1]\nhistory = " + QUIET + NEXT + "later = model.fit(x, y, verbose=0).history"),
    Form("in a thread", LINEAR + "import threading\nthread = threading.Thread(target=lambda: model.fit(x, y, verbose=0)); thread.start(); thread.join()\n"),
    Form("four threads", "import threading, warnings\nwarn = warnings.warn\nmodels = [linear() for _ in range(4)]\nthreads = [threading.Thread(target=lambda m=m: m.fit(x, y, verbose=0)) for m in models]\nfor t in threads: t.start()\nfor t in threads: t.join()\nsame = warnings.warn is warn\nwarn = None\n"),
    Form("thread not joined", LINEAR + "import threading\nbegun, go = threading.Event(), threading.Event()\nclass Wait(keras.callbacks.Callback):\n    def on_epoch_begin(self, epoch, logs=None):\n        begun.set(); go.wait(60)\nthread = threading.Thread(target=lambda: model.fit(x, y, epochs=2, verbose=0, callbacks=[Wait()])); thread.start()\nwaited = begun.wait(60)" + NEXT + "go.set(); thread.join()" + NEXT + "history = model.fit(x, y, verbose=0)"),
    Form("pool of threads", "from concurrent.futures import ThreadPoolExecutor\nmodels = [linear(), linear()]\nwith ThreadPoolExecutor(2) as pool:\n    held = [h.history for h in pool.map(lambda m: m.fit(x, y, verbose=0), models)]\n"),
    Form("fit in a callback", CALLBACK + "inner.append(linear().fit(x, y, verbose=0).history)\ninner = []\nmodel = linear()\nhistory = model.fit(x, y, epochs=2, verbose=0, callbacks=[Mine()])\n"),
    Form("same model in a callback", LINEAR + "history = model.fit(x, y, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_train_begin=lambda logs: model.fit(x, y, verbose=0))])\n"),
    Form("evaluate and predict in a callback", CALLBACK + "held.append((self.model.evaluate(x, y, verbose=0), self.model.predict(x[:3], verbose=0).tolist()))\nheld = []\n" + LINEAR + "history = model.fit(x, y, epochs=2, verbose=0, callbacks=[Mine()])\n"),
    Form("order of callbacks", "held = []\nclass Mine(keras.callbacks.Callback):\n    def __getattribute__(self, name):\n        if name.startswith('on_'): held.append(name)\n        return super().__getattribute__(name)\n" + LINEAR + "history = model.fit(x, y, verbose=0, validation_split=0.25, callbacks=[Mine()])\n"),
    Form("logs of callbacks", CALLBACK + "held.append(dict(logs)); logs['mine'] = epoch\nheld = []\n" + LINEAR + "history = model.fit(x, y, epochs=2, verbose=0, callbacks=[Mine()])\n"),
    Form("callbacks asked for the model", CALLBACK + "held.append((self.params, [type(c).__name__ for c in given]))\nheld, given = [], []\ngiven.append(Mine())\n" + LINEAR + "history = model.fit(x, y, verbose=0, callbacks=given)\n"),
    Form("callbacks from a generator", LINEAR + "history = model.fit(x, y, verbose=0, callbacks=(c for c in [keras.callbacks.TerminateOnNaN()]))\n"),
    Form("early stopping", LINEAR + "stop = keras.callbacks.EarlyStopping('loss', patience=0, min_delta=9.0, restore_best_weights=True)\nhistory = model.fit(x, y, epochs=5, verbose=0, callbacks=[stop])\nstop.stopped_epoch\n"),
    Form("stop_training", CALLBACK + "self.model.stop_training = True\n" + LINEAR + "history = model.fit(x, y, epochs=5, verbose=0, callbacks=[Mine()])\n"),
    Form("schedule and plateau", LINEAR + "history = model.fit(x, y, epochs=3, verbose=0, callbacks=[keras.callbacks.LearningRateScheduler(lambda e: 0.1 / (e + 1)), keras.callbacks.ReduceLROnPlateau('loss', patience=0)])\n"),
    Form("checkpoints and logs", LINEAR + "history = model.fit(x, y, epochs=2, verbose=0, callbacks=[keras.callbacks.BackupAndRestore('backup'), keras.callbacks.ModelCheckpoint('best.keras'), keras.callbacks.CSVLogger('log.csv')])\nimport os\nfiles = sorted(os.listdir('.')), open('log.csv').read()\n"),
    Form("restored after a failure", LINEAR + "class Mine(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs=None):\n        if epoch == 1: raise RuntimeError('interrupted')\ntry:\n    model.fit(x, y, epochs=3, verbose=0, callbacks=[keras.callbacks.BackupAndRestore('backup'), Mine()])\nexcept RuntimeError:\n    history = model.fit(x, y, epochs=3, verbose=0, callbacks=[keras.callbacks.BackupAndRestore('backup')])\n"),
    Form("saved and loaded", FIT + "model.save('m.keras'); again = keras.models.load_model('m.keras')\nlater = again.fit(x, y, verbose=0).history\n"),
    Form("cloned", FIT + "again = keras.models.clone_model(model); again.compile('sgd', 'mse'); later = again.fit(x, y, verbose=0).history\n"),
    Form("pickled", FIT + "import pickle, copy\nagain = pickle.loads(pickle.dumps(model)); deep = copy.deepcopy(model)\nlater = again.fit(x, y, verbose=0).history\n"),
    Form("compiled again", LINEAR + "a = " + QUIET + "model.compile('adam', 'mae')\nb = " + QUIET),
    Form("model deleted", FIT + "del model\n"),
    Form("everything deleted", FIT + "del model, history\nimport gc; gc.collect()\nNone\n"),
    Form("object freed", "import weakref, gc\n" + FIT + "gone = weakref.ref(model)" + NEXT + "del model, history; keras.utils.clear_session()" + NEXT + "_ = gc.collect()\ngone() is None"),
    Form("session cleared inside", FIT + "keras.utils.clear_session()\nagain = net()\nnames = [layer.name for layer in again.layers]\n"),
    Form("seeds set inside", "keras.utils.set_random_seed(3)\n" + FIT + "keras.utils.set_random_seed(3)\nagain = net()\n"),
    Form("draws between", "a = np.random.normal(size=3)\n" + FIT + "b = np.random.normal(size=3), float(keras.random.uniform(())), float(tf.random.uniform(()))\n"),
    Form("warnings recorded", "import warnings\nclass Warn(keras.layers.Layer):\n    def call(self, inputs):\n        warnings.warn('of mine'); return inputs\nmodel = keras.Sequential([keras.Input((4,)), Warn(), keras.layers.Dense(1)]); model.compile('sgd', 'mse', run_eagerly=True)\nwith warnings.catch_warnings(record=True) as caught:\n    warnings.simplefilter('always')\n    history = model.fit(x, y, verbose=0)\ncount = len(caught)\n"),
    Form("warned once", "import warnings\ndef warn():\n    warnings.warn('of mine')\nwarn()\n" + FIT + "warn()\n" + NEXT + "warn()"),
    Form("warnings are errors", "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\n    " + FIT.replace("\n", "\n    ")),
    Form("warnings shown", "import warnings\nwarnings.warn('of mine')\n" + FIT + "warnings.warn('of mine, too', UserWarning)\n"),
    Form("logging of the user", "import logging\nheld = []\nclass Mine(logging.Handler):\n    def emit(self, record): held.append(record.name.split('.')[0])\nhandler = Mine(); root = logging.getLogger(); root.addHandler(handler); level = root.level; root.setLevel(10)\n" + FIT + NEXT + "root.removeHandler(handler); root.setLevel(level)\n'nbdiag' in held", known=DRAWING),
    Form("errors of NumPy raised", "old = np.seterr(all='raise')\n" + FIT + "np.seterr(**old)\n"),
    Form("figures", "import matplotlib.pyplot as plt\nfigure = plt.figure()\n" + FIT + "plt.plot(history.history['loss'])\nnumbers = plt.get_fignums(), plt.gcf() is figure\n" + NEXT + "after = plt.get_fignums(), plt.gcf() is figure\nplt.close('all')"),
    Form("trace of the user", "import sys\nheld = []\ndef trace(frame, event, argument):\n    if frame.f_code.co_name == 'marked': held.append(event)\ndef marked(): return 1\nsys.setprofile(trace)\nmarked()\n" + FIT + "marked()\nsys.setprofile(None)\nheld\n"),
    Form("signal of the user", "import signal\nheld = []\nold = signal.signal(signal.SIGINT, lambda *a: held.append('here'))\n" + FIT + "signal.raise_signal(signal.SIGINT)\nsignal.signal(signal.SIGINT, old); old = None\n"),
    Form("class of layers", "before = keras.layers.Dense.__init__, keras.Model.compile.__name__\nclass Wide(keras.layers.Dense):\n    def __init__(self, *a, **k):\n        super().__init__(*a, **k); self.mine = 1\n    def __eq__(self, other): return self.mine == other.mine\nmodel = keras.Sequential([keras.Input((4,)), Wide(3), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nhistory = model.fit(x, y, verbose=0)\nbefore = None\n"),
    Form("layer hashed by its attribute", "class Wide(keras.layers.Dense):\n    def __init__(self, width):\n        super().__init__(width); self.mine = width\n    def __hash__(self): return self.mine\nmodel = keras.Sequential([keras.Input((4,)), Wide(3), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nhistory = model.fit(x, y, verbose=0)\n"),
    Form("train_on_batch", LINEAR + "losses = [float(model.train_on_batch(x[i:i + 8], y[i:i + 8])) for i in range(0, 32, 8)]\n", seen=False),
    Form("loop with a tape", LINEAR + "optimizer = keras.optimizers.SGD()\nlosses = []\nfor step in range(3):\n    with tf.GradientTape() as tape:\n        loss = tf.reduce_mean((model(x, training=True)[:, 0] - y) ** 2)\n    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)\n    losses.append(float(loss))\n", seen=False),
    Form("fit and train_on_batch", FIT + "loss = model.train_on_batch(x[:8], y[:8])\n"),
    Form("evaluate and predict", FIT + "scores = model.evaluate(x, y, verbose=0); p = model.predict(x, verbose=0)\n"),
    Form("text printed while tracing", "def loss(a, b):\n    print('tracing', a.shape, b.shape)\n    return keras.ops.mean((a - b) ** 2)\nmodel = net(); model.compile('adam', loss)\nhistory = model.fit(x, y, epochs=2, verbose=0)\n", known=LOOK),
    Form("calls counted", "calls = []\ndef loss(a, b):\n    calls.append('loss'); return keras.ops.mean((a - b) ** 2)\nclass Count(keras.layers.Layer):\n    def call(self, inputs):\n        calls.append('call'); return inputs * 2.0\nmodel = keras.Sequential([keras.Input((4,)), Count(), keras.layers.Dense(1)]); model.compile('sgd', loss, run_eagerly=True)\nhistory = model.fit(x, y, epochs=2, verbose=0)\n", known=LOOK),
    Form("traces counted", "calls = []\nclass Count(keras.layers.Layer):\n    def call(self, inputs):\n        calls.append('call'); return inputs * 2.0\nmodel = keras.Sequential([keras.Input((4,)), Count(), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nhistory = model.fit(x, y, epochs=2, verbose=0)\n", known=LOOK),
)
