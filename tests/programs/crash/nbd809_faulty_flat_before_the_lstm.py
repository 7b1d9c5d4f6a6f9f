"""Flatten in front of a recurrent layer.

Names: LSTM|lstm
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = x[:, :, 0].sum(axis=1)

# %% training
import keras
from keras import layers

model = keras.Sequential()
model.add(keras.Input((10, 2)))
model.add(layers.Conv1D(4, 3, activation="relu"))
model.add(layers.Flatten())
model.add(layers.LSTM(8))
model.add(layers.Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(x, y, epochs=2, verbose=0)
