"""Columns in the thousands drive every tanh unit to its bounds."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(11)
rng = np.random.default_rng(11)
z = rng.normal(size=(800, 6))
x = (5000 + 2000 * z).astype("float32")
y = z[:, 0] + 0.5 * z[:, 1]

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="tanh"),
        layers.Dense(16, activation="tanh"),
        layers.Dense(1),
    ]
)
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=8, verbose=0)
