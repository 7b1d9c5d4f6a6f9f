"""Class numbers under categorical_crossentropy, in a function that builds the model.

Names: one.?hot|sparse_categorical|integer|class number; 3
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=240)
x = rng.random((240, 6)) + 0.4 * y[:, np.newaxis]

# %% training
import keras
from keras import layers


def build(width, loss="categorical_crossentropy"):
    net = keras.Sequential([keras.Input((6,)), layers.Dense(width, activation="relu"), layers.Dense(3, activation="softmax")])
    net.compile("adam", loss, metrics=["accuracy"])
    return net


model = build(12)
model.fit(x, y, epochs=2, verbose=0)
