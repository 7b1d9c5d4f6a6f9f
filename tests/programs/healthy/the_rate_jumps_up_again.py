"""A cosine with restarts: at each the loss leaps up, and comes down lower than before."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(254)
x = rng.uniform(-1, 1, size=(900, 3))
y = np.sin(4 * x[:, 0]) * x[:, 1] + x[:, 2] ** 2

# %% training
rate = keras.optimizers.schedules.CosineDecayRestarts(0.03, first_decay_steps=23 * 5, t_mul=2.0)
model = keras.Sequential(
    [
        keras.Input((3,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
history = model.fit(x, y, epochs=35, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.05 * y.var()
