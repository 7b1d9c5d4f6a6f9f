"""A Python generator without end and steps_per_epoch."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(112)


def batches():
    while True:
        x = rng.normal(size=(32, 5)).astype("float32")
        yield x, (x[:, :1] - x[:, 1:2] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(batches(), steps_per_epoch=25, epochs=5, verbose=0)

# %% check
assert history.history["accuracy"][-1] > 0.9
