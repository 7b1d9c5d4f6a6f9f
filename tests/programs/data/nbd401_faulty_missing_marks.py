"""-999 for missing measurements, and a running number as a feature."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4)
y = rng.integers(0, 2, size=1000)
x = 90 + 30 * (0.8 * rng.normal(size=(2, 12))[y] + rng.normal(size=(1000, 12)))
x = np.maximum(x, 0)
x[:, 0] = 100_000 + np.arange(1000)
x[:, 6:][rng.random((1000, 6)) < 0.3] = -999

# %% training
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=12, verbose=0)
