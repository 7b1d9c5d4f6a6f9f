"""Prices of flats by a table that scikit-learn normalized by samples: the year drowns the rest."""

# %% data
import keras
import numpy as np
from keras import layers
from sklearn.preprocessing import normalize

rng = np.random.default_rng(432)
year = rng.integers(1950, 2020, 1000)
rooms, floor = rng.integers(1, 7, 1000), rng.integers(0, 12, 1000)
flats = np.stack([year, rooms, floor], axis=1).astype("float64")
price = rooms - 0.2 * floor + rng.normal(0, 0.1, 1000)
price = (price - price.mean()) / price.std()

# %% training
inputs = keras.Input((3,))
hidden = layers.Dense(16, activation="tanh")(inputs)
model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
model.fit(normalize(flats), price, batch_size=50, epochs=12, validation_split=0.1, verbose=0)
