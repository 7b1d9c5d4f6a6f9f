"""Rows copied with a little noise, then split: most validation rows have their twin in training."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(17)
x = rng.normal(size=(400, 12)).astype("float32")
y = (x[:, 0] + 0.7 * rng.normal(size=400) > 0).astype("float32")


def with_copies(rows, answers):
    noise = (0.02 * rng.normal(size=rows.shape)).astype("float32")
    return np.concatenate([rows, rows + noise]), np.concatenate([answers, answers])


x, y = with_copies(x, y)
order = rng.permutation(len(x))
x_train, y_train = x[order[160:]], y[order[160:]]
x_val, y_val = x[order[:160]], y[order[:160]]

# %% training
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["acc"])
model.fit(x_train, y_train, epochs=5, validation_data=(x_val, y_val), verbose=0)
