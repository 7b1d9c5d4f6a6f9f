"""Random weights."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(35)
x = rng.normal(size=(800, 6))
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=8, verbose=0)
