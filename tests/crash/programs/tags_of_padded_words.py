# truth: -100 marks the padding, and the loss is not told to leave it out
# check: net.optimizer.iterations.numpy() > 0 and net.output_shape == (None, 7, 5) and net.loss.ignore_class == -100
# %%
import numpy as np, tensorflow as tf
g = np.random.default_rng(6); words = g.integers(1, 20, (32, 7)); tags = g.integers(0, 5, (32, 7)); tags[:, 5:] = -100
# %% diag
net = tf.keras.Sequential([tf.keras.layers.Embedding(20, 6), tf.keras.layers.Dense(5)])
net.compile("adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
net.fit(words, tags, epochs=1, batch_size=8, verbose=0)
