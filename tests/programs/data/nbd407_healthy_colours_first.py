"""Colours last."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(11)
y = rng.integers(0, 2, size=300)
x = rng.random((300, 3, 20, 20)).astype("float32")
x[:, 0, :, :10] += 0.2 * y[:, None, None]
x = np.moveaxis(x, 1, -1)
shape = (20, 20, 3)

# %% training
model = keras.Sequential(
    [
        keras.Input(shape),
        layers.Conv2D(8, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["acc"])
model.fit(x, y, epochs=8, verbose=0)
