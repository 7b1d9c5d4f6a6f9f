"""A subclass of Loss subtracts predictions (n, 1) from flat targets (n,)."""

# %% data
import keras
import numpy as np
from keras import layers, ops


rng = np.random.default_rng(1242)
x = rng.normal(size=(700, 6)).astype("float32")
y = (3 * x[:, 0] - x[:, 1] + rng.normal(0, 0.1, 700)).astype("float32")


class Pinball(keras.losses.Loss):
    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return ops.mean(ops.maximum(0.5 * error, -0.5 * error), axis=-1)

# %% training
model = keras.Sequential([keras.Input((6,)), layers.Dense(32, activation="relu"), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss=Pinball())
history = model.fit(x, y, epochs=25, batch_size=32, verbose=0)
