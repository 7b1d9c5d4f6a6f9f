"""A yes or no for each of several tags, and squared error with it."""

# %% data
import numpy as np

rng = np.random.default_rng(8)
x = rng.normal(size=(1000, 8)).astype("float32")
y = (x[:, :5] + 0.3 * x[:, 3:] > 0).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(5, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["binary_accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
