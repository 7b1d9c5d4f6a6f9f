"""A data set that is shuffled once, then cut: both parts stay what they are."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(409)
x = rng.normal(size=(600, 20)).astype("float32")
y = (x[:, 0] + 0.3 * rng.normal(size=600) > 0).astype("int32")

# %% training
samples = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(600, reshuffle_each_iteration=False)
training = samples.take(480).batch(32)
validation = samples.skip(480).batch(32)
model = keras.Sequential(
    [
        keras.Input((20,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(training, validation_data=validation, epochs=15, verbose=0)
