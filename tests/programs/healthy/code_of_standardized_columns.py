"""An autoencoder of columns around 0: linear at the end, as they have no bounds."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(247)
hidden = rng.normal(size=(900, 3))
columns = np.tanh(hidden @ rng.normal(size=(3, 16))) + 0.1 * rng.normal(size=(900, 16))
columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)

# %% training
model = keras.Sequential(
    [
        keras.Input((16,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(3, name="code"),
        layers.Dense(32, activation="relu"),
        layers.Dense(16),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(columns, columns, epochs=20, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.25
