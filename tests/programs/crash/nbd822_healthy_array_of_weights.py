"""Weights of classes as a dictionary.
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = (rng.random(240) < 0.2).astype("int64")
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]
weights = len(y) / (2 * np.bincount(y))

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=3, class_weight=dict(enumerate(weights)), verbose=0)
