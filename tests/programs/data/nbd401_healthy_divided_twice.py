"""Divided once."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(5)
pattern = rng.random((3, 64)) < 0.4
y = rng.integers(0, 3, size=600)
x = np.clip(0.5 * pattern[y] + 0.5 * rng.random((600, 64)), 0, 1)
x = x.astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(0.05),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=10, verbose=0)
