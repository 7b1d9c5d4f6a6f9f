"""A softmax layer behind the one unit of a regression."""

# %% data
import numpy as np

rng = np.random.default_rng(4)
x = rng.normal(size=(1000, 4)).astype("float32")
y = (2 * x[:, 0] - x[:, 1] + 0.5 * x[:, 2] * x[:, 3]).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
        layers.Softmax(),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)
