"""Rows collected in a list, one array each.

Names: list; array
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=60)
x = rng.random((60, 8)) + 1.5 * y[:, np.newaxis]
rows = [row for row in x]
labels = [int(item) for item in y]

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
model.fit(rows, labels, epochs=12, verbose=0)
