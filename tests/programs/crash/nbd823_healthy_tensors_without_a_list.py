"""A merging layer that is given a list."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

start = keras.Input((8,))
left = layers.Dense(8, activation="relu")(start)
right = layers.Dense(8, activation="tanh")(start)
model = keras.Model(start, layers.Dense(1, activation="sigmoid")(layers.Average()([left, right])))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
model.fit(x, y, epochs=40, verbose=0)
