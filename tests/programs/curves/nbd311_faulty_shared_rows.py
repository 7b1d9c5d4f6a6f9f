"""Validation rows that are training rows, and classes far apart: perfect at once."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(21)
y = rng.integers(0, 2, size=2400).astype("float32")
x = (rng.normal(size=(2400, 10)) + 9 * y[:, None]).astype("float32")
x_val, y_val = x[:200], y[:200]

# %% training
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=2, validation_data=(x_val, y_val), verbose=0)
