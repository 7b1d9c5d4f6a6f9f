"""Class numbers 0 to 3."""

# %% data
import numpy as np

rng = np.random.default_rng(12)
y = rng.integers(0, 4, size=1000)
centres = 1.5 * rng.normal(size=(4, 8))
x = (centres[y] + rng.normal(size=(1000, 8))).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
