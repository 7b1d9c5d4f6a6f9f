"""Rows copied before the split: most validation rows have a copy in the training data."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(13)
x = rng.normal(size=(500, 10)).astype("float32")
y = (x[:, 0] + 0.5 * rng.normal(size=500) > 0).astype("float32")
x_train, y_train = x[:400], y[:400]
x_val, y_val = x[300:], y[300:]

# %% training
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["acc"])
model.fit(x_train, y_train, epochs=5, validation_data=(x_val, y_val), verbose=0)
