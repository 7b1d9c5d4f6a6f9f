# truth: functions of TensorFlow are called on symbolic tensors of Keras
# check: siamese.optimizer.iterations.numpy() > 0 and siamese.output_shape == (None, 1)
# %%
import numpy as np, tensorflow as tf
from tensorflow.keras import layers, Model, Input
g = np.random.default_rng(3); left = g.random((40, 6)).astype("float32"); right = g.random((40, 6)).astype("float32"); same = g.integers(0, 2, 40)
# %% diag
tower = layers.Dense(5, activation="relu")
p, q = Input((6,)), Input((6,))
gap = tf.sqrt(tf.reduce_sum(tf.square(tower(p) - tower(q)), axis=1, keepdims=True) + 1e-6)
siamese = Model([p, q], layers.Dense(1, activation="sigmoid")(gap))
siamese.compile("adam", "binary_crossentropy")
siamese.fit([left, right], same, epochs=1, verbose=0)
