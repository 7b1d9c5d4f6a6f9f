"""Class numbers as classes."""

# %% data
import numpy as np

rng = np.random.default_rng(17)
y = rng.permutation(np.arange(1000) % 5)
x = (rng.normal(size=(5, 8))[y] + 0.8 * rng.normal(size=(1000, 8))).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(4, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
