"""Exact equality of a class number with three probabilities."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=240)
x = rng.random((240, 8), dtype="float32") + 0.5 * y.reshape(-1, 1)
x = x.astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=[keras.metrics.Accuracy()])
model.fit(x, y, epochs=6, batch_size=16, verbose=0)
