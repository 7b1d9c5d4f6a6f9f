"""Adadelta at the rate that Keras fills in, a thousandth of the one it was made for."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(28)
y = rng.integers(0, 3, size=900)
x = (rng.normal(size=(3, 16))[y] + rng.normal(size=(900, 16))).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((16,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adadelta(0.001),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=6, verbose=0)
