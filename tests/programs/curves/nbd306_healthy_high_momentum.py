"""The same with momentum 0.5."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(16)
x = rng.normal(size=(512, 6)).astype("float32")
y = (3 * x[:, 0] - x[:, 1] + 0.5 * x[:, 2]).astype("float32")

# %% training
model = keras.Sequential([keras.Input((6,)), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.2, momentum=0.5), loss="mse")
model.fit(x, y, epochs=24, batch_size=256, verbose=0)
