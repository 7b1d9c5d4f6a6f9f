"""Readings and their targets are shuffled with one seed."""

# %% data
import keras
import numpy as np
from keras import layers
from tensorflow.data import Dataset

rng = np.random.default_rng(4333)
readings = rng.uniform(-1, 1, size=(800, 5))
target = readings @ [1.0, -1.0, 0.5, 0.0, 2.0]

# %% training
readings_set = Dataset.from_tensor_slices(readings).shuffle(buffer_size=800, seed=1)
target_set = Dataset.from_tensor_slices(target).shuffle(buffer_size=800, seed=1)
ds = Dataset.zip((readings_set, target_set)).batch(40).prefetch(2)
inputs = keras.Input((5,))
model = keras.Model(inputs, layers.Dense(1)(layers.Dense(16, activation="relu")(inputs)))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
model.fit(ds, epochs=8, verbose=0)
