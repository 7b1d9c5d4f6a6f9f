"""LeakyReLU, PReLU and ELU as layers of their own."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(153)
x = rng.normal(size=(900, 6))
y = np.abs(x[:, 0]) + x[:, 1]

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(24),
        layers.LeakyReLU(),
        layers.Dense(24),
        layers.PReLU(),
        layers.Dense(24),
        layers.ELU(),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.2
