"""The squared errors of a batch are added up: the steps are 32 times as long."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(800, 6)).astype("float32")
y = x[:, 0] ** 2 + x[:, 1]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
    ]
)
loss = keras.losses.MeanSquaredError(reduction="sum")
model.compile(keras.optimizers.SGD(0.05), loss)
model.fit(x, y, epochs=30, validation_split=0.2, verbose=0)
