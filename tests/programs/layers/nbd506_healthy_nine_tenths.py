"""Dropout of 10 %."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(40)
x = rng.normal(size=(800, 8))
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(24, activation="relu"),
        layers.Dropout(0.1),
        layers.Dense(24, activation="relu"),
        layers.Dropout(0.1),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=20, verbose=0)
