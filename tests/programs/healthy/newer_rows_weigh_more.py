"""Each row has a weight of its own."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(141)
x = rng.normal(size=(800, 5))
y = x[:, 0] + x[:, 1] * x[:, 2]
age = np.exp(-np.arange(800)[::-1] / 400)

# %% training
model = keras.Sequential([keras.Input((5,)), layers.Dense(48, activation="relu"), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", weighted_metrics=["mae"])
history = model.fit(x, y, sample_weight=age, epochs=15, verbose=0)

# %% check
assert history.history["loss"][-1] < 0.15
