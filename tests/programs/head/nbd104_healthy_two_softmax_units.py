"""The same under categorical cross-entropy."""

# %% data
import numpy as np

rng = np.random.default_rng(5)
y = rng.integers(0, 2, size=1000)
x = rng.normal(size=(1000, 8)) + 0.35 * np.outer(2 * y - 1, np.ones(8))
x = x.astype("float32")
y = np.eye(2)[y]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)
