"""A rate just above the limit of a linear problem: each step is longer than the last."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4)
x = rng.normal(size=(512, 6)).astype("float32")
y = (3 * x[:, 0] - x[:, 1] + 0.5 * x[:, 2]).astype("float32")

# %% training
model = keras.Sequential([keras.Input((6,)), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(1.2), loss="mse")
model.fit(x, y, epochs=8, batch_size=256, verbose=0)
