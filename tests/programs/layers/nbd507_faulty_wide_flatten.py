"""Feature maps of 60 by 60 flattened into a Dense layer."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(42)
y = rng.integers(0, 2, size=60)
x = (rng.random((60, 62, 62, 1)) + 0.5 * y[:, None, None, None]).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((62, 62, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(40, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=8, batch_size=20, verbose=0)
