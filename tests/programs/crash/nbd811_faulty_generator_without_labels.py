"""A generator that yields inputs alone.

Names: generator|label
By hand: the labels are not in the generator
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

def batches():
    while True:
        for start in range(0, 240, 24):
            yield x[start:start + 24]

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(batches(), steps_per_epoch=10, epochs=2, verbose=0)
