"""Two hidden layers of sigmoid units: slow at first, and then right."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(249)
x = rng.uniform(-1, 1, size=(1200, 2))
y = (x[:, 0] * x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(24, activation="sigmoid"),
        layers.Dense(12, activation="sigmoid"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=25, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.93
