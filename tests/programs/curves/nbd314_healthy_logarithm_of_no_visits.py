"""A logarithm of counts and one."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers


rng = np.random.default_rng(3143)
visits = rng.poisson(2.0, size=(700, 5)).astype("float32")
spent = (3 * np.log1p(visits[:, 0]) + rng.normal(0, 0.1, 700)).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Lambda(lambda v: tf.math.log1p(v)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "mse")
history = model.fit(visits, spent, epochs=20, batch_size=32, validation_split=0.2, verbose=0)
