"""Models in every form, and training steps of the user's own."""

from tests.neutrality.forms.form import LINEAR, Form

DENSE = "keras.Input((4,)), keras.layers.Dense(6)"
SGD = "; model.compile('sgd', 'mse')\nhistory = model.fit(x, y, epochs=2, verbose=0)\n"
GAN = """class Gan(keras.Model):
    def __init__(self):
        super().__init__()
        self.made, self.judge = keras.layers.Dense(4), keras.layers.Dense(1)
        self.mean = keras.metrics.Mean(name="d_loss")
    def compile(self, first, second):
        super().compile()
        self.first, self.second = first, second
    @property
    def metrics(self): return [self.mean]
    def train_step(self, real):
        z = tf.random.normal((tf.shape(real)[0], 2))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.judge(self.made(z))) - tf.reduce_mean(self.judge(real))
        self.second.apply(tape.gradient(loss, self.judge.trainable_variables), self.judge.trainable_variables)
        with tf.GradientTape() as tape:
            own = -tf.reduce_mean(self.judge(self.made(z)))
        self.first.apply(tape.gradient(own, self.made.trainable_variables), self.made.trainable_variables)
        self.mean.update_state(loss)
        return {"d_loss": self.mean.result()}
model = Gan(); model.compile(keras.optimizers.Adam(), keras.optimizers.Adam())
history = model.fit(x, epochs=2, verbose=0)
slots = [int(model.first.iterations), [v.numpy().tolist() for v in model.first.variables]]
"""
VAE = """class Sample(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.draws = keras.random.SeedGenerator(3)
    def call(self, inputs):
        self.add_loss(keras.ops.mean(inputs**2))
        return inputs + keras.random.normal(keras.ops.shape(inputs), seed=self.draws)
i = keras.Input((4,))
model = keras.Model(i, keras.layers.Dense(4)(Sample()(keras.layers.Dense(2)(i)))); model.compile("adam", "mse")
history = model.fit(x, x, epochs=2, verbose=0)
"""
STEP = """class Mine(keras.Model):
    def train_step(self, data):
        a, b = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(a, b, self(a, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss, "mine": loss * 2}
i = keras.Input((4,)); model = Mine(i, keras.layers.Dense(1)(i))"""
SUBCLASS = """class Mine(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.drop, self.last = keras.layers.Dense(3), keras.layers.Dropout(0.3), keras.layers.Dense(1)
    def call(self, inputs, training=False):
        return self.last(self.drop(self.first(inputs), training=training))
model = Mine()"""


def _layers(name: str, layers: str) -> Form:
    """Write a form with these layers between the first and the last."""
    return Form(name, f"model = keras.Sequential([{DENSE}, {layers}, keras.layers.Dense(1)]){SGD}")


# fmt: off
FORMS = (
    _layers("dropout", "keras.layers.Dropout(0.5)"),
    _layers("noise", "keras.layers.GaussianNoise(0.5)"),
    _layers("batch normalisation", "keras.layers.BatchNormalization()"),
    _layers("spectral normalisation", "keras.layers.SpectralNormalization(keras.layers.Dense(3))"),
    _layers("state of their own", "keras.layers.Normalization()"),
    _layers("lambda", "keras.layers.Lambda(lambda t: keras.ops.tanh(t))"),
    _layers("model in a model", "keras.Sequential([keras.layers.Dense(3)])"),
    _layers("half floats", "keras.layers.Dense(3, dtype='mixed_float16')"),
    _layers("frozen", "keras.layers.Dense(3, trainable=False)"),
    _layers("regularised", "keras.layers.Dense(3, kernel_regularizer='l2', kernel_constraint='max_norm')"),
    Form("no weights", "model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda t: keras.ops.sum(t, -1, keepdims=True))])" + SGD),
    Form("nothing to train", LINEAR + "model.trainable = False; model.compile('sgd', 'mse')\nhistory = model.fit(x, y, verbose=0)\n"),
    Form("not built", "model = keras.Sequential([keras.layers.Dense(1)])" + SGD),
    Form("without an input", "model = keras.Sequential()\nmodel.add(keras.layers.Dense(3)); model.add(keras.layers.Dense(1))" + SGD),
    Form("subclass", SUBCLASS + SGD),
    Form("step of the user", STEP + SGD),
    Form("loss of the user", "class Mine(keras.Model):\n    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):\n        return keras.ops.mean((y - y_pred[:, 0]) ** 2)\ni = keras.Input((4,)); model = Mine(i, keras.layers.Dense(1)(i)); model.compile('sgd')\nhistory = model.fit(x, y, verbose=0)\n"),
    Form("fit of the user", "class Mine(keras.Sequential):\n    def fit(self, *a, **k):\n        print('mine'); return super().fit(*a, **k)\nmodel = Mine([keras.layers.Dense(1)])" + SGD),
    Form("GAN", GAN),
    Form("VAE", VAE),
    Form("siamese", "b = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.BatchNormalization(), keras.layers.Dropout(0.3)]); i, j = keras.Input((4,)), keras.Input((4,))\nmodel = keras.Model([i, j], keras.layers.Dot(-1, normalize=True)([b(i), b(j)])); model.compile('adam', 'mse')\nhistory = model.fit([x, x[::-1]], y, verbose=0)\n"),
    Form("LoRA", "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dense(1)]); model.layers[0].enable_lora(2)" + SGD),
    Form("quantised", "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dense(1)]); model.layers[0].quantize('int8')" + SGD),
    Form("recurrent with a state", "model = keras.Sequential([keras.Input(batch_shape=(16, 4, 1)), keras.layers.SimpleRNN(3, stateful=True), keras.layers.Dense(1)]); model.compile('adam', 'mse')\nhistory = model.fit(x[..., None], y, batch_size=16, epochs=2, verbose=0, shuffle=False)\nstate = [np.asarray(s).tolist() for s in model.layers[0].states]\n"),
    Form("attention", "i = keras.Input((4, 1)); a = keras.layers.MultiHeadAttention(1, 2, dropout=0.1)(i, i)\nmodel = keras.Model(i, keras.layers.Dense(1)(keras.layers.Flatten()(a))); model.compile('adam', 'mse')\nhistory = model.fit(x[..., None], y, verbose=0)\n"),
    Form("augmented pictures", "model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.RandomFlip(), keras.layers.RandomRotation(0.2), keras.layers.Flatten(), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nhistory = model.fit(x.reshape(16, 4, 4, 1), y[:16], epochs=2, verbose=0)\n"),
    Form("steps in one call", "model = linear(steps_per_execution=4)\nhistory = model.fit(x, y, batch_size=8, verbose=0)\n"),
    Form("eager", "model = linear(run_eagerly=True)\nhistory = model.fit(x, y, verbose=0)\n"),
    Form("compiled by XLA", "model = linear(jit_compile=True)\nhistory = model.fit(x, y, verbose=0)\n"),
    Form("many layers", "model = keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(4, 'relu') for _ in range(40)), keras.layers.Dense(1)]); model.compile('sgd', 'mse', run_eagerly=True)\nhistory = model.fit(x, y, verbose=0)\n"),
    Form("many epochs", LINEAR + "history = model.fit(x[:8], y[:8], epochs=60, verbose=0)\n"),
    Form("large table", "model = keras.Sequential([keras.Input((4,)), keras.layers.Embedding(100_000, 8), keras.layers.Flatten(), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\nhistory = model.fit(np.abs(x * 1000).astype(int), y, verbose=0)\n"),
    Form("schedule of the optimizer", "model = linear()\nmodel.compile(keras.optimizers.AdamW(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.9), clipnorm=1.0, use_ema=True), 'mse')\nhistory = model.fit(x, y, verbose=0)\n"),
    Form("accumulated gradients", "model = linear()\nmodel.compile(keras.optimizers.Adam(0.1, gradient_accumulation_steps=2), 'mse')\nhistory = model.fit(x, y, batch_size=8, verbose=0)\n"),
    Form("scaled loss", "model = linear()\nmodel.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1)), 'mse')\nhistory = model.fit(x, y, batch_size=8, verbose=0)\n"),
    Form("metrics of every kind", "model = net(); model.compile('adam', 'binary_crossentropy', metrics=['accuracy', keras.metrics.AUC(), lambda a, b: keras.ops.mean(a)], weighted_metrics=['mae'])\nhistory = model.fit(x, y, verbose=0)\n"),
    Form("loss is NaN", LINEAR + "model.compile(keras.optimizers.SGD(1e30), 'mse')\nhistory = model.fit(x, y, epochs=2, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()])\n"),
)
