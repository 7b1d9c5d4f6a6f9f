"""Counts behind an exponential, with the Poisson loss, which may be negative."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(129)
x = rng.normal(size=(1200, 4))
calls = rng.poisson(np.exp(1.2 + 0.5 * x[:, 0] - 0.4 * x[:, 1]))

# %% training
model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="exponential"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="poisson")
history = model.fit(x, calls, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < calls.mean() * (1 - np.log(calls.mean())) - 0.3
