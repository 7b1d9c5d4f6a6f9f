# truth: BatchNormalization(axis=3) on vectors
# check: bn.optimizer.iterations.numpy() > 0
# %%
import numpy as np, keras
g = np.random.default_rng(7); im = g.random((40, 8, 8, 1)); t = g.integers(0, 2, 40)
# %% diag
bn = keras.Sequential([keras.layers.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(8), keras.layers.BatchNormalization(axis=3), keras.layers.Dense(1, "sigmoid")])
bn.compile("adam", "binary_crossentropy"); bn.fit(im, t, epochs=1, verbose=0)
