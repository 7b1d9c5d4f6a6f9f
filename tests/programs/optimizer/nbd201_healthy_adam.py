"""The same at 0.005."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(12)
rng = np.random.default_rng(12)
y = rng.integers(0, 3, size=900)
x = (rng.normal(size=(3, 16))[y] + rng.normal(size=(900, 16))).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((16,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)
