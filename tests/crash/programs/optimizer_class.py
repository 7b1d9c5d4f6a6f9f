# truth: the loss class is given, not an object
# check: mod.optimizer.iterations.numpy() > 0
# %%
import numpy as np
rng = np.random.default_rng(4); feats = rng.normal(size=(120, 6)).astype("float32"); k = rng.integers(0, 3, 120)
# %% diag
import tensorflow as tf
mod = tf.keras.Sequential([tf.keras.layers.Dense(12, activation="relu"), tf.keras.layers.Dense(3)])
mod.compile(optimizer=tf.keras.optimizers.Adam, loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
mod.fit(feats, k, epochs=2, verbose=0)
