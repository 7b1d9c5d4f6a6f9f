"""Layers made in a loop, each of a name of its own."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

start = keras.Input((8,))
wide = []
for width in (4, 8):
    wide.append(layers.Dense(width, activation="relu", name=f"branch_{width}")(start))
model = keras.Model(start, layers.Dense(1, activation="sigmoid")(layers.concatenate(wide)))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
model.fit(x, y, epochs=40, verbose=0)
