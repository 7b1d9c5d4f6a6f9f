"""Cosine similarity as loss: -1 is perfect."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(132)
x = rng.normal(size=(900, 6))
heading = x @ rng.normal(size=(6, 3))

# %% training
model = keras.Sequential([keras.Input((6,)), layers.Dense(32, activation="relu"), layers.Dense(3)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.CosineSimilarity())
history = model.fit(x, heading, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < -0.95
