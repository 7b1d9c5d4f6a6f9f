"""Sequences of different length, padded with 0 and masked."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(144)
length = rng.integers(6, 13, size=500)
x = rng.normal(size=(500, 12, 3))
x[np.arange(12) >= length[:, None]] = 0
y = (x[:, :, 0].sum(axis=1) > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((12, 3)),
        layers.Masking(),
        layers.LSTM(12),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.85
