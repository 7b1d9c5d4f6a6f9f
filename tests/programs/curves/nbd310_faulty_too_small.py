"""A linear model for a curved rule: it follows a little of it, and no more."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(20)
x = rng.normal(size=(1000, 4)).astype("float32")
y = (x[:, 0] * x[:, 1] + 0.5 * x[:, 2]).astype("float32")

# %% training
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
model.fit(x, y, epochs=20, verbose=0)
