# truth: a value of symbolic tensors is given to add_loss of the model
# check: auto.output_shape == (None, 8) and auto.evaluate(X, X, verbose=0) > np.mean((auto.predict(X, verbose=0) - X) ** 2) + 1e-3
# %%
import numpy as np, keras
from keras import layers, ops
X = np.random.default_rng(4).normal(size=(60, 8)).astype("float32")
# %% diag
inputs = keras.Input((8,))
code = layers.Dense(3)(inputs)
auto = keras.Model(inputs, layers.Dense(8)(code))
auto.add_loss(0.5 * ops.mean(ops.abs(code)))
auto.compile("adam", "mse")
auto.fit(X, X, epochs=1, verbose=0)
