"""Rows are cut off once; later one training takes all that are left, the next holds a share out."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(701)
xs = rng.normal(size=(1000, 6)).astype("float32")
ys = (xs[:, 0] + xs[:, 1] > 0).astype("float32")
x_val, y_val = xs[-200:], ys[-200:]
xs, ys = xs[:-200], ys[:-200]


def make_model():
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model

# %% training
model = make_model()
history = model.fit(xs, ys, epochs=15, validation_data=(x_val, y_val), verbose=0)

# %% training
model = make_model()
history = model.fit(xs, ys, epochs=15, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
