"""A number of filters that a division made a float, found as late as in the first step.

Names: 8\.0|float; whole
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=120)
x = rng.random((120, 12, 12, 1)) + 0.4 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
import keras
from keras import layers

filters = 16 / 2
model = keras.Sequential()
model.add(layers.Conv2D(filters, 3, activation="relu"))
model.add(layers.Flatten())
model.add(layers.Dense(3, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(x, y, epochs=1, verbose=0)
