"""Lion: every step has one size, so a rate of 0.0005 and a decay of 0.1 are what it wants."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(211)
letters = rng.integers(0, 4, size=(1500, 30))
y = rng.integers(0, 2, size=1500)
word = np.array([0, 2, 1, 3, 0, 1, 3, 2])
for place in np.flatnonzero(y):
    start = rng.integers(0, 23)
    letters[place, start : start + 8] = np.where(rng.random(8) < 0.05, 0, word)
x = np.eye(4, dtype="float32")[letters]

# %% training
model = keras.Sequential(
    [
        keras.Input((30, 4)),
        layers.Conv1D(24, 8, activation="relu"),
        layers.GlobalMaxPooling1D(),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Lion(5e-4, weight_decay=0.1),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
