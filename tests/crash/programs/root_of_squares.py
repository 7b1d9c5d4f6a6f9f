# truth: the user's own loss computes with NumPy
# check: abs(m.evaluate(x, y, batch_size=50, verbose=0) - np.sqrt(np.mean((m.predict(x, verbose=0)[:, 0] - y) ** 2))) < 1e-3
# %%
import numpy as np
import tensorflow as tf
x = np.random.rand(50, 3).astype("float32"); y = (x.sum(1) * 2).astype("float32")
# %% diag
def rmse(true, pred):
    return np.sqrt(np.mean(np.square(tf.reshape(true, (-1, 1)) - pred)))
m = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(1)])
m.compile(optimizer="adam", loss=rmse)
m.fit(x, y, epochs=1, verbose=0)
