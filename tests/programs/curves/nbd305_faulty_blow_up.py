"""Squared error on targets in the thousands with plain descent: the weights overflow."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)
x = rng.normal(size=(512, 6)).astype("float32")
y = (5000 + 2000 * x[:, 0]).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
model.fit(x, y, epochs=3, verbose=0)
