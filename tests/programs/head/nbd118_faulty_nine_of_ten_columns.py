"""Binary accuracy over the columns of ten classes."""

# %% data
import numpy as np

rng = np.random.default_rng(20)
y = rng.integers(0, 10, size=1000)
centres = 1.5 * rng.normal(size=(10, 8))
x = (centres[y] + rng.normal(size=(1000, 8))).astype("float32")
y = np.eye(10)[y]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="categorical_crossentropy", metrics=["binary_accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
