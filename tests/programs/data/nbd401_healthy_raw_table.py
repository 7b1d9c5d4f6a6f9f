"""The same columns, standardized."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(3)
z = rng.normal(size=(800, 5))
y = (z[:, 0] + z[:, 1] * z[:, 3] > 0).astype("float32")
x = z * [0.2, 12, 20_000, 3, 500] + [1, 40, 60_000, 10, 1500]
x = (x - x.mean(axis=0)) / x.std(axis=0)

# %% training
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=20, verbose=0)
