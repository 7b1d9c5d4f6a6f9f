r"""Regression of two targets with a head of five units.

Names: \b5\b; \b2\b
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]
y = np.stack([x.sum(axis=1), x[:, 0]], axis=1)

# %% training
import keras
from keras import layers

start = keras.Input((8,))
model = keras.Model(start, layers.Dense(5)(layers.Dense(16, activation="relu")(start)))
model.compile("adam", "mse")
model.fit(x, y, epochs=2, verbose=0)
