"""Six answers at once, each its own yes or no."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(102)
x = rng.normal(size=(900, 12)).astype("float32")
tags = (x @ rng.normal(size=(12, 6)) > 0.5).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(48, activation="relu"),
        layers.Dense(6, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["binary_accuracy"]
)
history = model.fit(x, tags, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_binary_accuracy"][-1] > 0.9
