"""A table of texts turned into numbers by astype, which meets a mark.

Names: 'unknown'; rooms
By hand: whether rows without a value are dropped or filled is not in the text
"""

# %% data
import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
rooms = [str(n) for n in rng.integers(1, 9, size=100)]
rooms[17] = "unknown"
homes = pd.DataFrame({"size": rng.normal(90, 20, size=100), "rooms": rooms})
price = np.asarray(homes["size"] * 3, dtype="float32")

# %% training
import keras
from keras import layers

x = homes.to_numpy().astype("float32")
model = keras.Sequential([keras.Input((2,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, price, epochs=2, verbose=0)
