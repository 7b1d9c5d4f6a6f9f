"""A class weight of 0: every answer becomes a yes."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(93)
rng = np.random.default_rng(93)
y = rng.integers(0, 2, size=500)
x = (rng.normal(size=(2, 6))[y] + 0.7 * rng.normal(size=(500, 6))).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, class_weight={0: 0.0, 1: 1.0}, epochs=8, validation_split=0.2, verbose=0)
