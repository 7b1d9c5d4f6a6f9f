"""Other ways to ask for the watch, its options, and other shells; a mode a form."""

from tests.neutrality.forms.form import FIT, LINEAR, MAGIC, NEXT, Form

ON, OFF = f"%traindiag on{NEXT}", f"{NEXT}%traindiag off"
# One unit with softmax: a fault with several fixes to try.
FAULTY = "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, 'softmax')]); model.compile('sgd', 'binary_crossentropy')\n"
COUNTING = "calls = []\ndef loss(a, b):\n    calls.append('loss'); return keras.ops.mean((a - b) ** 2)\nclass Count(keras.layers.Layer):\n    def call(self, inputs):\n        calls.append('call'); self.last = inputs; return inputs * 2.0\n"
PULLED = "pulled = []\ndef batches():\n    for i in range(4):\n        pulled.append(i); yield x[i * 8:i * 8 + 8], y[i * 8:i * 8 + 8]\n"
AWAIT = "import asyncio\nasync def job(value):\n    await asyncio.sleep(0.001)\n    return value\n"

# fmt: off
FORMS = (
    Form("on", f"{ON}{FIT}model.count_params(){OFF}"),
    Form("on, and no training", f"{ON}40 + 2{NEXT}Out, _{OFF}", seen=False),
    Form("on, and an error", f"{ON}{FIT}1 / 0{OFF}"),
    Form("on, and await", f"{ON}{AWAIT}{FIT}await job(3){OFF}"),
    Form("on, and two cells that train", f"{ON}{FIT}{NEXT}{LINEAR}later = model.fit(x, y, verbose=0).history{OFF}"),
    Form("probes off", f"{MAGIC} --probes off\n{FIT}"),
    Form("probes full", f"{MAGIC} --probes full\n{FIT.replace('epochs=2', 'epochs=5')}model.count_params()"),
    Form("probes full of a stream", f"{MAGIC} --probes full\n{PULLED}{LINEAR}history = model.fit(batches(), steps_per_epoch=2, epochs=2, verbose=0)\npulled = pulled[:2]\n"),
    Form("probes full of code that counts", f"{MAGIC} --probes full\n{COUNTING}model = keras.Sequential([keras.Input((4,)), Count(), keras.layers.Dense(1)]); model.compile('sgd', loss, run_eagerly=True)\nhistory = model.fit(x, y, epochs=3, verbose=0)\n"),
    Form("proof", f"{MAGIC} --prove --seeds 1\n{FAULTY}history = model.fit(x, y, epochs=2, verbose=0)\nhistory.epoch"),
    Form("proof in the kernel", f"{MAGIC} --prove --here --seeds 1\n{FAULTY}history = model.fit(x, y, epochs=2, verbose=0)\nhistory.epoch"),
    Form("proof of a training with code of the notebook", f"{MAGIC} --prove --seeds 1\ncalls = []\nclass Twice(keras.layers.Layer):\n    def call(self, inputs):\n        calls.append('call'); return inputs * 2.0\nmodel = keras.Sequential([keras.Input((4,)), Twice(), keras.layers.Dense(1, 'softmax')]); model.compile('sgd', 'binary_crossentropy')\nhistory = model.fit(x, y, epochs=2, verbose=0)\n"),
    Form("proof of a training with callbacks", f"{MAGIC} --prove --seeds 1\nheld = []\n{FAULTY}history = model.fit(x, y, epochs=2, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: held.append(epoch))])\n"),
    Form("proof asked for later", f"{MAGIC}\n{FAULTY}history = model.fit(x, y, epochs=2, verbose=0){NEXT}%traindiag prove{NEXT}%traindiag{NEXT}later = model.fit(x, y, verbose=0).history"),
    Form("cell that is tried", f"{MAGIC}\n{FAULTY}history = model.fit(x, y, epochs=2, verbose=0){NEXT}{MAGIC} try --seeds 1\nx *= 2; model = net(); tried = model.fit(x, y, verbose=0){NEXT}later = model.fit(x, y, verbose=0).history", bare=f"{FAULTY}history = model.fit(x, y, epochs=2, verbose=0){NEXT}pass{NEXT}later = model.fit(x, y, verbose=0).history"),
    Form("stopped on no error", f"{MAGIC} --stop-on error\n{FIT}"),
    # A check runs no step: what is left is what the lines above fit leave.
    Form("check", f"{MAGIC} --check\nmodel = net()\nweights = model.get_weights()\nhistory = model.fit(x, y, epochs=2, verbose=0)\n{NEXT}same = all((a == b).all() for a, b in zip(weights, model.get_weights()))\nfound = 'history' in globals(), same, int(model.optimizer.iterations.numpy())\ndel model\nfound", bare=f"# {MAGIC} --check\nmodel = net()\nweights = model.get_weights()\n{NEXT}same = True\nfound = False, True, 0\ndel model\nfound"),
    Form("shell of a terminal", f"{FIT}model.count_params()" + NEXT + "Out, _", terminal=True),
    Form("shell of a terminal, and an error", f"{FIT}1 / 0", terminal=True),
    Form("shell of a terminal, and await", f"{AWAIT}{FIT}await job(3)", terminal=True),
)
