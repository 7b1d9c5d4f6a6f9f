"""Percentage error of rain, of which half the days have none."""

# %% data
import numpy as np

rng = np.random.default_rng(22)
x = rng.normal(size=(1000, 4)).astype("float32")
y = np.maximum(0.0, 1.5 * x[:, 0] + x[:, 1]).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mape")
model.fit(x, y, epochs=20, validation_split=0.2, verbose=0)
