"""Pixels from 0 to 255 into rectified layers with a rate that unit inputs would bear."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(2)
pattern = rng.random((4, 16, 16, 1)) < 0.4
y = rng.integers(0, 4, size=600)
x = np.clip(0.7 * pattern[y] + 0.3 * rng.random((600, 16, 16, 1)), 0, 1)
x = (255 * x).astype("uint8")

# %% training
model = keras.Sequential(
    [
        keras.Input((16, 16, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(0.05),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)
