"""Validation data of fewer columns than the training data.

Names: 8; 6|columns
By hand: the missing columns are not in the text
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]
x_val, y_val = x[:40, :6], y[:40]

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, validation_data=(x_val, y_val), epochs=2, verbose=0)
