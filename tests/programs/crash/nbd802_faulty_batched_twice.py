"""A data set of folders, which comes in batches, batched again.

Names: twice; batch
"""

# %% data
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(0)
kind = rng.integers(0, 3, size=96)
rows = (rng.random((3, 10, 10, 1))[kind] + 0.3 * rng.random((96, 10, 10, 1))).astype("float32")
train = tf.data.Dataset.from_tensor_slices((rows[:64], kind[:64])).batch(8)
valid = tf.data.Dataset.from_tensor_slices((rows[64:], kind[64:])).batch(8)

# %% training
import keras
from keras import layers

train = train.shuffle(8).batch(16).prefetch(tf.data.AUTOTUNE)
valid = valid.batch(16)

model = keras.Sequential([
    keras.Input((10, 10, 1)),
    layers.Conv2D(8, 3, activation="relu"),
    layers.Flatten(),
    layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(train, validation_data=valid, epochs=2, verbose=0)
