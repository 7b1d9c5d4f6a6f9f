"""Weights by the size of the layer."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(36)
x = rng.normal(size=(800, 8))
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(8, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(8, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(8, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(8, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(0.1), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=20, verbose=0)
