"""A data set of samples sorted by class, put into batches as they come."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(410)
centres = rng.normal(size=(4, 12))
y = rng.integers(0, 4, size=1000)
x = (centres[y] + 2.0 * rng.normal(size=(1000, 12))).astype("float32")
x_val, y_val = x[-200:], y[-200:]
x, y = x[:-200], y[:-200]
order = np.argsort(y, kind="stable")

# %% training
training = tf.data.Dataset.from_tensor_slices((x[order], y[order])).batch(20)
validation = tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(50)
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.05),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(training, validation_data=validation, epochs=5, verbose=0)
