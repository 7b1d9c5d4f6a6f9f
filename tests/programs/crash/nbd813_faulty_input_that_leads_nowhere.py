"""A new Input among the inputs of the model, in the place of one that is used.

Names: again
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

rows = keras.Input((8,))
again = keras.Input((8,))
hidden = layers.Dense(8, activation="relu")(rows)
other = layers.Dense(4, activation="relu")(again)
hidden = layers.concatenate([hidden, other])
model = keras.Model([rows, keras.Input((8,))], layers.Dense(1, activation="sigmoid")(hidden))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit([x, x], y, epochs=2, verbose=0)
