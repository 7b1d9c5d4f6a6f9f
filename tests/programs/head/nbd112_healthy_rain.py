"""A relu for a quantity that is never negative, measured with a little noise."""

# %% data
import numpy as np

rng = np.random.default_rng(16)
x = rng.normal(size=(1000, 4)).astype("float32")
rain = np.maximum(0.0, 1.5 * x[:, 0] + x[:, 1])
y = (rain + 0.03 * rng.normal(size=1000)).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="relu", bias_initializer="ones"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)
