"""Averages that follow within ten steps."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(39)
pattern = rng.random((3, 64)) < 0.5
y = rng.integers(0, 3, size=640)
x = 40 + 10 * (pattern[y] + 0.5 * rng.normal(size=(640, 64)))

# %% training
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.BatchNormalization(momentum=0.6),
        layers.Dense(64, activation="relu"),
        layers.BatchNormalization(momentum=0.6),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.02),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=4, batch_size=128, verbose=0)
