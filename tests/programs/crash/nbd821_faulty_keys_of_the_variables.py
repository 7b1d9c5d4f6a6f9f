"""Losses and labels under the names of the variables, not of the layers.

Names: size_answer; kind_answer; size_out
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
kind = rng.integers(0, 2, size=160)
size = rng.random(160)
x = np.column_stack([rng.random((160, 5)) + kind[:, np.newaxis], size])

# %% training
import keras
from keras import layers

row = keras.Input((6,))
hidden = layers.Dense(16, activation="relu")(row)
size_out = layers.Dense(1, name="size_answer")(hidden)
kind_out = layers.Dense(1, activation="sigmoid", name="kind_answer")(hidden)
model = keras.Model(row, [size_out, kind_out])
model.compile(optimizer="adam", loss={"size_out": "mse", "kind_out": "binary_crossentropy"})
model.fit(x, {"size_out": size, "kind_out": kind}, epochs=2, verbose=0)
