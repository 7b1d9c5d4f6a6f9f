# truth: MultiHeadAttention called with the query alone
# check: tr.optimizer.iterations.numpy() > 0 and any('Attention' in type(l).__name__ for l in tr.layers)
# %%
import numpy as np
r = np.random.RandomState(0); seqs = r.randn(90, 12, 8).astype("f4"); tgt = seqs.mean((1, 2))
# %% diag
import tensorflow as tf
inputs = tf.keras.Input((12, 8))
z = tf.keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)(inputs)
z = tf.keras.layers.LayerNormalization()(z + inputs)
z = tf.keras.layers.GlobalAveragePooling1D()(z)
tr = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(z))
tr.compile(loss="mse", optimizer="adam")
tr.fit(seqs, tgt, epochs=1, verbose=0)
