"""Addresses as numbers: float32 cannot tell them apart."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(10)
address = rng.integers(0, 40, size=600)
x = np.stack([3_232_235_776.0 + address, rng.normal(size=600)], axis=1)
y = (address > 20).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["acc"])
model.fit(x, y, epochs=12, verbose=0)
