"""A softmax once."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(800, 6)).astype("float32")
k = (x[:, 0] > 0).astype(int) + (x[:, 1] + x[:, 2] > 0).astype(int)
y = np.eye(3, dtype="float32")[k]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
