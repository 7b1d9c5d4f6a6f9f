# truth: Dropout given in percent
# check: d.optimizer.iterations.numpy() > 0
# %%
import numpy as np
X = np.random.default_rng(9).normal(size=(90, 4)); Y = X[:, 0]
# %% diag
from keras import Sequential, layers
rates = [20, 50]
d = Sequential()
for rate in rates:
    d.add(layers.Dense(16, activation="relu")); d.add(layers.Dropout(rate))
d.add(layers.Dense(1)); d.compile("adam", "mse"); d.fit(X, Y, epochs=1, verbose=0)
