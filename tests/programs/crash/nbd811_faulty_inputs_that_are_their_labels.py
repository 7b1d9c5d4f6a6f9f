"""A data set of inputs alone for an autoencoder.

Names: label; pair
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 12)).astype("float32")

# %% training
import tensorflow as tf
import keras
from keras import layers

rows = tf.data.Dataset.from_tensor_slices(x).batch(32)
model = keras.Sequential([keras.Input((12,)), layers.Dense(4, activation="relu"), layers.Dense(12, activation="sigmoid")])
model.compile(optimizer="adam", loss="mse")
model.fit(rows, epochs=2, verbose=0)
