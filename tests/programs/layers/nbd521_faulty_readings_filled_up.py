"""Readings of three sensors, ten to twenty steps of them, filled up with zeros to a hundred."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(5184)
y = rng.integers(0, 2, size=500).astype("float32")
x = np.zeros((500, 100, 3), "float32")
for row, label in zip(x, y):
    steps = rng.integers(10, 20)
    row[:steps] = rng.normal(size=(steps, 3))
    row[:steps, 0] += 2 * label - 1

# %% training
model = keras.Sequential(
    [
        keras.Input((100, 3)),
        layers.LSTM(16),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=6, batch_size=32, validation_split=0.2, verbose=0)
