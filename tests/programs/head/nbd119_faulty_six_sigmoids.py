"""Six sigmoid units for classes that exclude each other."""

# %% data
import numpy as np

rng = np.random.default_rng(21)
y = rng.integers(0, 6, size=1000)
centres = 1.5 * rng.normal(size=(6, 8))
x = (centres[y] + rng.normal(size=(1000, 8))).astype("float32")
y = np.eye(6)[y]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(6, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
