"""Bytes come raw and a BatchNormalization stands first."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(116)
pattern = rng.random((4, 14, 14, 1)) < 0.4
y = rng.integers(0, 4, size=500)
x = np.clip(0.7 * pattern[y] + 0.3 * rng.random((500, 14, 14, 1)), 0, 1)
x = (255 * x).astype("uint8")

# %% training
model = keras.Sequential(
    [
        keras.Input((14, 14, 1)),
        layers.BatchNormalization(momentum=0.8),
        layers.Conv2D(8, 3),
        layers.BatchNormalization(momentum=0.8),
        layers.ReLU(),
        layers.GlobalMaxPooling2D(),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
