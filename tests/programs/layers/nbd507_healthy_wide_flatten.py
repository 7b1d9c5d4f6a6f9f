"""The same maps averaged."""

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
        layers.GlobalAveragePooling2D(),
        layers.Dense(40, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=12, batch_size=20, verbose=0)
