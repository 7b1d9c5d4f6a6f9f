"""Rows are divided by their sum, and some rows are all zeros: 0 / 0."""

# %% data
import keras
import numpy as np
from keras import layers, ops


rng = np.random.default_rng(3142)
counts = rng.poisson(0.4, size=(700, 6)).astype("float32")
label = (counts[:, 0] > counts[:, 1]).astype("float32")


@keras.saving.register_keras_serializable("nbd314")
class Shares(layers.Layer):
    def call(self, inputs):
        total = ops.sum(inputs, axis=-1, keepdims=True)
        return inputs / total

# %% training
inputs = keras.Input((6,))
hidden = layers.Dense(32, activation="relu")(Shares()(inputs))
model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(hidden))
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(counts, label, epochs=20, batch_size=32, validation_split=0.2, verbose=0)
