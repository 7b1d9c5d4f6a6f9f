"""A tf.data pipeline that shuffles, batches and prefetches."""

# %% data
import keras
import numpy as np
from keras import layers


import tensorflow as tf

rng = np.random.default_rng(111)
centres = rng.normal(size=(5, 14))
y = rng.integers(0, 5, size=1000)
x = (centres[y] + 0.7 * rng.normal(size=(1000, 14))).astype("float32")
rows = tf.data.Dataset.from_tensor_slices((x, y))
training = rows.take(800).shuffle(800, seed=0).batch(32).prefetch(2)
validation = rows.skip(800).batch(64)

# %% training
model = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(5, activation="softmax")])
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(training, validation_data=validation, epochs=6, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.85
