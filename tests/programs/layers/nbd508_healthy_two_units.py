"""Ten classes through 32 units."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(43)
centres = rng.normal(size=(10, 16))
y = rng.integers(0, 10, size=800)
x = centres[y] + 0.6 * rng.normal(size=(800, 16))

# %% training
model = keras.Sequential(
    [
        keras.Input((16,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=8, verbose=0)
