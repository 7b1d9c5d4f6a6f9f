"""A range test: the rate rises from step to step until the loss leaves, and that is its purpose."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(201)
x = rng.normal(size=(2000, 8)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("float32")


class RangeTest(keras.callbacks.Callback):
    def __init__(self, lowest, highest, steps):
        super().__init__()
        self.rates = np.geomspace(lowest, highest, steps)
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.rates[len(self.losses)]

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])

# %% training
model = keras.Sequential(
    [keras.Input((8,)), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")]
)
model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
finder = RangeTest(1e-4, 100.0, 4 * 63)
history = model.fit(x, y, epochs=4, batch_size=32, callbacks=[finder], verbose=0)

# %% check
assert len(finder.losses) == 4 * 63
