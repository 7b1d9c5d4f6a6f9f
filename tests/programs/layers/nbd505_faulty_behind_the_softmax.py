"""BatchNormalization as the last layer, behind the softmax."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(37)
centres = rng.normal(size=(4, 10))
y = rng.integers(0, 4, size=800)
x = centres[y] + 0.8 * rng.normal(size=(800, 10))

# %% training
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="softmax"),
        layers.BatchNormalization(),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=10, verbose=0)
