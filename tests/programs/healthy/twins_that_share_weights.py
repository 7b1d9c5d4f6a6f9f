"""Two inputs through one encoder, and the distance of their codes."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(149)
centres = 2 * rng.normal(size=(6, 10))
left, right = rng.integers(0, 6, size=(2, 900))
right[::2] = left[::2]
a = centres[left] + 0.4 * rng.normal(size=(900, 10))
b = centres[right] + 0.4 * rng.normal(size=(900, 10))
same = (left == right).astype("float32")

# %% training
encoder = keras.Sequential([keras.Input((10,)), layers.Dense(24, activation="relu"), layers.Dense(8)])
first, second = keras.Input((10,)), keras.Input((10,))
gap = keras.ops.abs(encoder(first) - encoder(second))
model = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(gap))
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit([a, b], same, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
