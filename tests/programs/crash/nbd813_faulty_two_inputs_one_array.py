"""One array for a model of two inputs.

Names: 2|two; input
By hand: which array is the second input is not in the text
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

a = keras.Input((8,), name="a")
b = keras.Input((8,), name="b")
both = layers.Concatenate()([a, b])
model = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(both))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
