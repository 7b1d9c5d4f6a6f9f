"""A single epoch over many rows."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(120)
x = rng.normal(size=(6000, 5)).astype("float32")
y = (x[:, 0] > x[:, 1]).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, validation_split=0.1, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
