"""Dropout of one half in front of the last layer, as in many textbooks."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(137)
centres = rng.normal(size=(5, 16))
y = rng.integers(0, 5, size=1000)
x = centres[y] + 0.8 * rng.normal(size=(1000, 16))

# %% training
model = keras.Sequential(
    [
        keras.Input((16,)),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(5, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
