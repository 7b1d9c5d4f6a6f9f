"""The output of a model that is not made from its input.

Names: connected|input
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

start = keras.Input((8,))
other = keras.Input((8,))
h = layers.Dense(12, activation="relu")(other)
model = keras.Model(start, layers.Dense(1, activation="sigmoid")(h))
model.compile("adam", "binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
