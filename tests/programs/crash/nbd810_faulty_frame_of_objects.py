"""A table of pandas-like objects: numbers kept as text.

Names: object|text|str; float|number|convert
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]
table = x.round(3).astype(str).astype(object)

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(table, y, epochs=2, validation_split=0.2, verbose=0)
