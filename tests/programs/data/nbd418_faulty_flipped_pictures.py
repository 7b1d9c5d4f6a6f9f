"""Validation pictures are flipped at random, as the training pictures are."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(18)
x = rng.random((240, 8, 8, 1)).astype("float32")
y = (x.mean(axis=(1, 2, 3)) > 0.5).astype("float32")
x += 0.4 * y[:, None, None, None]
augment = keras.Sequential([layers.RandomFlip("horizontal", seed=1)])
train = tf.data.Dataset.from_tensor_slices((x[:200], y[:200])).batch(20)
train = train.map(lambda a, b: (augment(a, training=True), b))
val = tf.data.Dataset.from_tensor_slices((x[200:], y[200:])).batch(20)
val = val.map(lambda a, b: (augment(a, training=True), b))

# %% training
model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        layers.Flatten(),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["acc"])
model.fit(train, epochs=20, validation_data=val, verbose=0)
