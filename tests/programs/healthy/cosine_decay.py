"""The rate falls along a cosine to nearly nothing."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(126)
x = rng.normal(size=(900, 8)).astype("float32")
y = x[:, 0] * 2 - x[:, 1] + 0.1 * rng.normal(size=900)

# %% training
model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu"), layers.Dense(1)])
rate = keras.optimizers.schedules.CosineDecay(0.02, decay_steps=300, alpha=1e-4)
model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.15 * y.var()
