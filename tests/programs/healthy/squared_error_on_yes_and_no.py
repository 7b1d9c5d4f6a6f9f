"""The Brier score as loss: squared error of a probability, and it learns."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(160)
x = rng.normal(size=(900, 5))
y = (x[:, 0] + 0.5 * x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(24, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
