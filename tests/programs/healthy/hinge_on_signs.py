"""Labels -1 and 1 with the hinge loss: a margin, not a probability."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(131)
x = rng.normal(size=(900, 5))
y = np.where(x[:, 0] - x[:, 1] > 0, 1.0, -1.0)

# %% training
model = keras.Sequential([keras.Input((5,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="hinge")
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.15
