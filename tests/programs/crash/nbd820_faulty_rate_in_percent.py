"""A Dropout rate in percent.

Names: rate; 30; share|0 to 1
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
model.add(layers.Dense(32, activation="relu"))
model.add(layers.Dropout(30))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
