"""The distance is kept away from 0."""

# %% data
import keras
import numpy as np
from keras import layers, ops


rng = np.random.default_rng(3141)
track = rng.normal(size=(640, 12)).astype("float32").cumsum(axis=1)
track[rng.random(640) < 0.08] = 0.0
goal = track[:, -2:] + 0.5 * (track[:, -2:] - track[:, -4:-2])


def distance(y_true, y_pred):
    apart = ops.sum(ops.square(y_true - y_pred), axis=-1)
    return ops.mean(ops.sqrt(apart + 1e-12))

# %% training
model = keras.Sequential(
    [keras.Input((12,)), layers.Dense(32, activation="relu"), layers.Dense(2)]
)
model.compile(optimizer="adam", loss=distance)
history = model.fit(track, goal, epochs=12, batch_size=32, validation_split=0.2, verbose=0)
