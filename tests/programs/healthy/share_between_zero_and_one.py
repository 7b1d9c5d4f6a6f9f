"""A share as target, a sigmoid as answer, squared error: a bounded regression."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(106)
x = rng.normal(size=(900, 6))
share = 1 / (1 + np.exp(-(1.5 * x[:, 0] - x[:, 1]))) + 0.02 * rng.normal(size=900)
share = np.clip(share, 0, 1)

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
history = model.fit(x, share, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_mae"][-1] < 0.05
