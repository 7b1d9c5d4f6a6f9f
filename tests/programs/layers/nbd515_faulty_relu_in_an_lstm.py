"""An LSTM whose state goes through relu, over sequences of 144 steps."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(600, 12, 3)).astype("float32")
y = x[:, :, 0].sum(axis=1)
x = np.tile(x, (1, 12, 1))

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((144, 3)),
        layers.LSTM(32, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "mse")
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
