"""Categorical accuracy takes the greatest column of a class number, which has one."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(800, 6)).astype("float32")
y = (x[:, 0] > 0).astype(int) + (x[:, 1] + x[:, 2] > 0).astype(int)

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["categorical_accuracy"])
model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)
