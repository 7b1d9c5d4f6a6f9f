"""Rows and labels are mixed two by two: training is harder than validation, and its labels soft."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(230)
centres = rng.normal(size=(5, 12))
kind = rng.integers(0, 5, size=1200)
x = centres[kind] + 0.7 * rng.normal(size=(1200, 12))
y = np.eye(5, dtype="float32")[kind]
x_train, y_train, x_val, y_val = x[:900], y[:900], x[900:], y[900:]
other, share = rng.permutation(900), rng.beta(0.4, 0.4, size=(900, 1))
x_mixed = share * x_train + (1 - share) * x_train[other]
y_mixed = share * y_train + (1 - share) * y_train[other]

# %% training
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(48, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005), loss="categorical_crossentropy", metrics=["accuracy"]
)
history = model.fit(x_mixed, y_mixed, epochs=12, validation_data=(x_val, y_val), verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.92
