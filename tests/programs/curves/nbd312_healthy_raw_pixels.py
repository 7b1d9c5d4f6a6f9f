"""The same pixels from 0 to 1."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(8)
rng = np.random.default_rng(8)
pattern = rng.random((2, 16, 16, 1)) < 0.4
y = rng.integers(0, 2, size=400)
x = np.clip(0.7 * pattern[y] + 0.3 * rng.random((400, 16, 16, 1)), 0, 1)
labels = np.eye(2, dtype="float32")[y]

# %% training
model = keras.Sequential(
    [
        keras.Input((16, 16, 1)),
        layers.Conv2D(8, 3),
        layers.Conv2D(8, 3),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, labels, epochs=3, validation_split=0.2, verbose=0)
