"""The same, clipped."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(23)
x = rng.normal(size=(400, 40, 3)).astype("float32")
y = x[:, -8:, 0].sum(axis=1) / 3

# %% training
model = keras.Sequential(
    [
        keras.Input((40, 3)),
        layers.SimpleRNN(24, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.SGD(0.1, clipnorm=1.0), loss="mse")
model.fit(x, y, epochs=12, verbose=0)
