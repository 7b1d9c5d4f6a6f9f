"""A share behind a linear unit."""

# %% data
import numpy as np

rng = np.random.default_rng(4)
x = rng.uniform(size=(500, 6))
y = 0.6 * x[:, 0] * x[:, 1] + 0.3 * x[:, 2] + 0.02 * rng.random(500)

# %% training
import keras
from keras import layers

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse")
model.fit(x, y, epochs=15, batch_size=20, validation_split=0.2, verbose=0)
