"""A softmax over the classes."""

# %% data
import numpy as np

rng = np.random.default_rng(18)
y = rng.integers(0, 3, size=(500, 6))
x = (2 * rng.normal(size=(3, 5))[y] + rng.normal(size=(500, 6, 5))).astype("float32")
y = np.eye(3)[y]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((6, 5)),
        layers.Dense(16, activation="relu"),
        layers.Dense(3),
        layers.Softmax(axis=-1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
