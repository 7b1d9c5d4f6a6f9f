"""Bytes come raw, and Adam does not mind."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(117)
pattern = rng.random((4, 14, 14, 1)) < 0.4
y = rng.integers(0, 4, size=500)
x = np.clip(0.7 * pattern[y] + 0.3 * rng.random((500, 14, 14, 1)), 0, 1)
x = (255 * x).astype("uint8")

# %% training
model = keras.Sequential(
    [
        keras.Input((14, 14, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
