"""Thirty epochs."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(28)
y = rng.integers(0, 3, size=900)
x = (rng.normal(size=(3, 30))[y] / 2 + rng.normal(size=(900, 30))).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((30,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=30, batch_size=128, validation_split=0.2, verbose=0)
