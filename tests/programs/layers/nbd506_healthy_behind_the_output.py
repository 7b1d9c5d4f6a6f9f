"""No dropout behind the output."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(41)
x = rng.normal(size=(800, 5))
y = x[:, 0] - 2 * x[:, 1] + 3

# %% training
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
model.fit(x, y, epochs=15, verbose=0)
