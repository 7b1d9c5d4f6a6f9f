# truth: merge layer called with two arguments
# check: mm.optimizer.iterations.numpy() > 0
# %%
import numpy as np
rg = np.random.default_rng(10); p, q = rg.normal(size=(70, 5)), rg.normal(size=(70, 5)); out = p[:, 0]
# %% diag
import keras
from keras import layers
i1, i2 = keras.Input((5,)), keras.Input((5,))
h1, h2 = layers.Dense(6, activation="relu")(i1), layers.Dense(6, activation="relu")(i2)
both = layers.concatenate(h1, h2)
mm = keras.Model([i1, i2], layers.Dense(1)(both))
mm.compile("adam", "mse")
mm.fit([p, q], out, epochs=1, verbose=0)
