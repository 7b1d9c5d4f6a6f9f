"""A window wider than the series.

Names: 12|window; 10
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = x[:, :, 0].sum(axis=1)

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((10, 2)), layers.Conv1D(4, 12, activation="relu"), layers.Flatten(), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=2, verbose=0)
