"""Weights of the classes in whole numbers: a count over all rows is 0."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(92)
rng = np.random.default_rng(92)
y = rng.integers(0, 3, size=600)
x = (rng.normal(size=(3, 6))[y] + 0.6 * rng.normal(size=(600, 6))).astype("float32")
counts = np.bincount(y)
weights = counts // counts.sum()

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, sample_weight=weights[y], epochs=8, validation_split=0.2, verbose=0)
