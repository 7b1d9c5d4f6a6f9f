"""Squared error on a sigmoid for grey values: a usual autoencoder."""

# %% data
import numpy as np

rng = np.random.default_rng(6)
strokes = (rng.random((4, 16)) < 0.4).astype("float32")
x = strokes[rng.integers(0, 4, size=800)] * rng.uniform(0.6, 1.0, size=(800, 1))
x = x.astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((16,)),
        layers.Dense(12, activation="relu"),
        layers.Dense(16, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
model.fit(x, x, epochs=20, validation_split=0.2, verbose=0)
