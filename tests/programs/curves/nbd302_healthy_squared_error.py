"""The same data, scaled, at a usual rate."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
rng = np.random.default_rng(3)
x = rng.normal(size=(640, 12)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mean_squared_error", metrics=["accuracy"])
model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)
