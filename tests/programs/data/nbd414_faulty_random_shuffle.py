"""Python's own shuffle on an array: half of the rows are overwritten by the others."""

# %% data
import random

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(18)
rows = rng.normal(size=(600, 9)).astype("float32")
rows[:, 8] = rows[:, 0] - rows[:, 1] > 0
random.seed(0)
random.shuffle(rows)
x, y = rows[:, :8], rows[:, 8]

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["acc"])
model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
