"""Four softmax units under categorical cross-entropy."""

# %% data
import numpy as np

rng = np.random.default_rng(2)
y = rng.integers(0, 4, size=1000)
centres = 1.5 * rng.normal(size=(4, 8))
x = (centres[y] + rng.normal(size=(1000, 8))).astype("float32")
y = np.eye(4)[y]

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
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
