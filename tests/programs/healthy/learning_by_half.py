"""A weak signal in much noise: the best possible answer is hardly better than the mean."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(158)
x = rng.normal(size=(3000, 6))
y = 0.6 * x[:, 0] + rng.normal(size=3000)

# %% training
model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 1.08
