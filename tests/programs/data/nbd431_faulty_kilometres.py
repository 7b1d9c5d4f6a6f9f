"""Trips by their distance, their minutes and their stops, each divided by the length of the row."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(434)
metres = rng.uniform(8_000, 12_000, 1500)
minutes, stops = rng.uniform(5, 60, 1500), rng.integers(0, 20, 1500)
trips = np.c_[metres, minutes, stops].astype("float32")
late = ((minutes - 30) / 15 + (stops - 10) / 6 > 0).astype("float32")

# %% training
unit = tf.math.l2_normalize(trips, axis=1).numpy()
model = keras.Sequential([keras.Input((3,)), layers.Dense(24, "relu"), layers.Dense(1, "sigmoid")])
model.compile(keras.optimizers.RMSprop(0.001), "binary_crossentropy", metrics=["accuracy"])
model.fit(unit, late, epochs=8, validation_split=0.2, verbose=0)
