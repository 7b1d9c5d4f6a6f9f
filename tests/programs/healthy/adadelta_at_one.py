"""Adadelta at a rate of 1, as its inventor meant it."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(277)
x = rng.normal(size=(1000, 8))
y = (x[:, 0] * 1.5 - x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(24, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adadelta(1.0), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.93
