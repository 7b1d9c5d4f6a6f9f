"""A base unfrozen after the first fit, then compiled again."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(81)
x = rng.normal(size=(600, 6)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% model
base = keras.Sequential([keras.Input((6,)), layers.Dense(24, activation="relu")])
model = keras.Sequential([base, layers.Dense(1, activation="sigmoid")])


def prepare(rate):
    model.compile(
        optimizer=keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"]
    )


base.trainable = False
prepare(0.01)
model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% training
base.trainable = True
prepare(0.005)
model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)
