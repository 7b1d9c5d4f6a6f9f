"""Inputs in a dictionary whose keys are not the names of the inputs.

Names: measured; first; inputs
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=160)
first = rng.random((160, 4)) + 0.5 * y[:, np.newaxis]
second = rng.random((160, 3))

# %% training
import keras
from keras import layers

a = keras.Input((4,), name="first")
b = keras.Input((3,), name="second")
joined = layers.Concatenate()([a, b])
model = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(joined))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit({"measured": first, "second": second}, y, epochs=2, verbose=0)
