"""Averages of sixteen images only, but each has a hundred places: they are precise enough."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(517)
pattern = 1.5 * rng.normal(size=(4, 10, 10, 1))
y = rng.integers(0, 4, size=640)
x = pattern[y] + rng.normal(size=(640, 10, 10, 1))

# %% training
model = keras.Sequential(
    [
        keras.Input((10, 10, 1)),
        layers.Conv2D(8, 3, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.5),
        layers.ReLU(),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, batch_size=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
