"""A batch size beside a data set that is batched already."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(95)
rng = np.random.default_rng(95)
y = rng.integers(0, 2, size=600)
x = (rng.normal(size=(2, 6))[y] + 0.7 * rng.normal(size=(600, 6))).astype("float32")
training = tf.data.Dataset.from_tensor_slices((x[:480], y[:480])).shuffle(480, seed=0).batch(32)
validation = tf.data.Dataset.from_tensor_slices((x[480:], y[480:])).batch(32)

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(training, validation_data=validation, batch_size=128, epochs=8, verbose=0)
