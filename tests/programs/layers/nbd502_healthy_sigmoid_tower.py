"""The same layers with relu."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(33)
x = rng.normal(size=(1000, 6))
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(24, activation="relu"),
        layers.Dense(24, activation="relu"),
        layers.Dense(24, activation="relu"),
        layers.Dense(24, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(0.1), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=30, verbose=0)
