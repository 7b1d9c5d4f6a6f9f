"""A function that forgets to return its data.

Names: None|return
By hand: what should be returned is not in the text
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]


def scaled(table):
    table - table.mean(axis=0)


prepared = scaled(x)

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(prepared, y, epochs=2, verbose=0)
