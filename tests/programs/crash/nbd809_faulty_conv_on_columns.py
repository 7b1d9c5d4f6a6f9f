"""Conv1D on the columns of a table.

Names: Conv1D|conv1d; 8
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

model = keras.Sequential()
model.add(keras.Input((8,)))
model.add(layers.Conv1D(8, 3, activation="relu"))
model.add(layers.Flatten())
model.add(layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
