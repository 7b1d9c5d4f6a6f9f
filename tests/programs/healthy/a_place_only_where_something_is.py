"""Two heads; weights of 0 keep the second out of the rows that have no answer for it."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(226)
there = rng.integers(0, 2, size=800).astype("float32")
place = rng.integers(1, 11, size=800)
rows = 0.3 * rng.normal(size=(800, 12))
for shift in (-1, 0, 1):
    rows[np.arange(800), place + shift] += 1.5 * there
where = np.where(there, place / 11, 0)

# %% training
inputs = keras.Input((12,))
body = layers.Dense(48, activation="relu")(inputs)
first = layers.Dense(1, activation="sigmoid", name="seen")(body)
second = layers.Dense(1, activation="sigmoid", name="where")(body)
model = keras.Model(inputs, [first, second])
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss=["binary_crossentropy", "mse"],
    loss_weights=[1.0, 10.0],
    metrics=[["accuracy"], []],
)
history = model.fit(
    rows, [there, where], sample_weight=[np.ones(800), there], epochs=15, verbose=0
)

# %% check
seen, found = model.predict(rows, verbose=0)
assert np.mean((seen[:, 0] > 0.5) == there) > 0.95
assert np.abs(found[:, 0] - where)[there == 1].mean() < 0.05
