"""Half as many units in the next layer, by a division that gives a float.

Names: units; 16\.0|float; whole
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

width = 32
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(width, activation="relu"),
        layers.Dense(width / 2, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
