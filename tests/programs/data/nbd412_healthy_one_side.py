"""Both sides centred and scaled."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(16)
pattern = rng.random((3, 100)) < 0.4
y = rng.integers(0, 3, size=600)
x = 255 * np.clip(0.6 * pattern[y] + 0.4 * rng.random((600, 100)), 0, 1)
x_train, x_val = (x[:480] - 128) / 64, (x[480:] - 128) / 64

# %% training
model = keras.Sequential(
    [
        keras.Input((100,)),
        layers.Dense(32, activation="tanh"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y[:480], epochs=8, validation_data=(x_val, y[480:]), verbose=0)
