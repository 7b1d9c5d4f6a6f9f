"""The rate rises over the first epochs by a callback of one's own, then falls on a cosine."""

# %% data
import math

import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(204)
x = rng.normal(size=(1500, 8)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("float32")


class WarmUp(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        up = min(1.0, (epoch + 1) / 8)
        down = 0.5 * (1 + math.cos(math.pi * max(0, epoch - 8) / 32))
        self.model.optimizer.learning_rate.assign(0.01 * up * down)

# %% training
model = keras.Sequential(
    [keras.Input((8,)), layers.Dense(64, activation="relu"), layers.Dense(1, activation="sigmoid")]
)
model.compile(keras.optimizers.Adam(0.0001), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(
    x, y, epochs=40, batch_size=32, validation_split=0.2, callbacks=[WarmUp()], verbose=0
)

# %% check
assert history.history["val_accuracy"][-1] > 0.85
