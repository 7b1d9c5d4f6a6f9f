"""The classes equally common, and told apart."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(12)
y = (rng.random(1500) < 0.5).astype("float32")
x = 2 * y[:, None] + rng.normal(size=(1500, 6)) - 1

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(8, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, verbose=0)
