"""Samples and labels are two data sets, each shuffled before both are zipped."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(4331)
x = rng.normal(size=(600, 8)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("int32")

# %% training
samples = tf.data.Dataset.from_tensor_slices(x).shuffle(600)
labels = tf.data.Dataset.from_tensor_slices(y).shuffle(600)
train = tf.data.Dataset.zip((samples, labels)).batch(32)
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(train, epochs=8, verbose=0)
