# truth: whole numbers are multiplied with floats in the user's own layer
# check: net.optimizer.iterations.numpy() > 0 and net.layers[0].output.shape == (None, 5, 2)
# %%
import numpy as np, keras, tensorflow as tf
x = np.random.default_rng(10).random((30, 5, 2)).astype("float32"); y = x[:, 0, :1]
class Decay(keras.layers.Layer):
    def call(self, steps):
        place = tf.reshape(tf.range(5), (1, 5, 1))
        return steps * place
# %% diag
net = keras.Sequential([keras.Input((5, 2)), Decay(), keras.layers.Flatten(), keras.layers.Dense(1)])
net.compile("adam", "mse")
net.fit(x, y, epochs=1, verbose=0)
