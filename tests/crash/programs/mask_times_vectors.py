# truth: yes-or-no values are multiplied with floats in the user's own layer
# check: m.optimizer.iterations.numpy() > 0 and m.output_shape == (None, 1)
# %%
import numpy as np, tensorflow as tf
from tensorflow import keras
ids = np.random.randint(0, 12, (40, 6)); y = np.random.rand(40)
class Pool(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.table = keras.layers.Embedding(12, 4)
    def call(self, tokens):
        real = tf.not_equal(tokens, 0)[:, :, None]
        return tf.reduce_sum(self.table(tokens) * real, axis=1)
# %% diag
m = keras.Sequential([keras.layers.Input((6,), dtype="int32"), Pool(), keras.layers.Dense(1)])
m.compile("adam", "mse")
m.fit(ids, y, epochs=1, verbose=0)
