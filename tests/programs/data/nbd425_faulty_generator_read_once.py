"""A generator that ends after one pass, and a training of twelve epochs."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(91)
rng = np.random.default_rng(91)
x = rng.normal(size=(640, 8)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("float32")


def batches():
    for start in range(0, len(x), 32):
        yield x[start : start + 32], y[start : start + 32]


# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(batches(), steps_per_epoch=20, epochs=12, verbose=0)
