"""A generator that reads the samples in a random order."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4102)
centres = rng.normal(size=(3, 12))
y = rng.integers(0, 3, size=1000)
x = (centres[y] + 2.0 * rng.normal(size=(1000, 12))).astype("float32")
x_val, y_val = x[-200:], y[-200:]
x, y = x[:-200], y[:-200]
order = np.argsort(y, kind="stable")


def batches():
    while True:
        places = rng.permutation(800)
        for start in range(0, 800, 20):
            yield x[places[start : start + 20]], y[places[start : start + 20]]


# %% training
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.05),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(batches(), steps_per_epoch=40, validation_data=(x_val, y_val), epochs=5, verbose=0)
