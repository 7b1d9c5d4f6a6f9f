"""One step of a huge rate pushes every rectified unit below zero for every row."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(10)
rng = np.random.default_rng(10)
x = rng.random(size=(800, 10)).astype("float32")
y = (x[:, 0] > x[:, 1]).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.SGD(5.0), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=6, verbose=0)
