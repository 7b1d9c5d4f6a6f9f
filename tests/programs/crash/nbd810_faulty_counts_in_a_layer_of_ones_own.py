"""Whole numbers for a layer that multiplies them with its weights itself.

Names: int64; float32
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
counts = rng.poisson(3, size=(160, 9))
y = (counts[:, 0] > counts[:, 1]).astype("float32")

# %% model
import keras
import tensorflow as tf


class Product(keras.layers.Layer):
    def __init__(self, width):
        super().__init__()
        self.width = width

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.width), initializer="glorot_uniform")

    def call(self, rows):
        return tf.matmul(rows, self.kernel)


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.product = Product(1)

    def call(self, rows):
        return tf.sigmoid(self.product(rows))

# %% training
model = Net()
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(counts, y, epochs=1, verbose=0)
