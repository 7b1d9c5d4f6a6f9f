"""The same with Adam."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(14)
rng = np.random.default_rng(14)
x = rng.integers(0, 2, size=(400, 2)).astype("float32")
y = x[:, :1] != x[:, 1:]

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(8, activation="sigmoid"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mse", metrics=["accuracy"])
model.fit(x, y, epochs=30, batch_size=16, verbose=0)
