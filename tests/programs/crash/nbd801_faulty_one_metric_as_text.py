"""metrics given as one word instead of a list.

Names: metrics; list
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(12, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics="accuracy")
model.fit(x, y, epochs=3, verbose=0)
