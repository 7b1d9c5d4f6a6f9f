"""Class numbers divided by 255 together with the inputs."""

# %% data
import numpy as np

rng = np.random.default_rng(3)
y = rng.integers(0, 6, size=900)
centres = rng.normal(size=(6, 12))
x = 128 + 40 * centres[y] + 25 * rng.normal(size=(900, 12))
x = np.clip(x, 0, 255) / 255
y = y / 255

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(6, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)
