"""Binary cross-entropy on the same unit."""

# %% data
import numpy as np

rng = np.random.default_rng(1)
y = rng.integers(0, 2, size=1000)
x = rng.normal(size=(1000, 8)) + 0.7 * np.outer(2 * y - 1, np.ones(8))
x = x.astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["binary_accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
