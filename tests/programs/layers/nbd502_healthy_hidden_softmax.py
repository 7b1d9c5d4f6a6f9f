"""A relu between them."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(34)
x = rng.normal(size=(800, 8))
y = x[:, 0] - x[:, 1] * x[:, 2]

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse")
model.fit(x, y, epochs=25, verbose=0)
