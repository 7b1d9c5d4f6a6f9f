# truth: a custom loss looks up costs by the labels, which Keras hands on as floats
# check: len(h.history["loss"]) == 1 and net.layers[-1].units == 3
# %%
import keras, numpy as np, tensorflow as tf
r = np.random.default_rng(4); x = r.normal(size=(90, 4)).astype("float32"); y = r.integers(0, 3, 90)
costs = tf.constant([1.0, 2.0, 5.0])
# %% diag
def costly(truth, guess):
    weight = tf.gather(costs, truth)
    return tf.reduce_mean(weight * keras.losses.sparse_categorical_crossentropy(truth, guess))
net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
net.compile("adam", costly)
h = net.fit(x, y, epochs=1, verbose=0)
