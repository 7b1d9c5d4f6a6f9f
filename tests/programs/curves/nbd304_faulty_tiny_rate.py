"""Digits at a rate of 1e-6: ten epochs, and nothing has been learnt."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
y = rng.integers(0, 4, size=800)
x = (rng.normal(size=(4, 20))[y] + rng.normal(size=(800, 20))).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((20,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-6),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
