"""An optimizer for each model.
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers


def network(width):
    return keras.Sequential([keras.Input((8,)), layers.Dense(width, activation="relu"), layers.Dense(1, activation="sigmoid")])


optimizer = keras.optimizers.Adam(0.01)
small = network(4)
small.compile(optimizer=optimizer, loss="binary_crossentropy")
small.fit(x, y, epochs=40, verbose=0)
model = network(16)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
model.fit(x, y, epochs=40, verbose=0)
