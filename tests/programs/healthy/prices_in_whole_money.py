"""Prices of hundred thousands: scaled on the way in, and back in the model's last layer."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(210)
area, year = rng.lognormal(4.7, 0.4, size=1500), rng.integers(1900, 2021, size=1500)
garage = rng.integers(0, 3, size=1500)
price = 90_000 + 1_900 * area + 21_000 * garage + 800 * (year - 1900)
price = (price * np.exp(0.05 * rng.normal(size=1500))).round()
houses = np.stack([area, year, garage], axis=1)

# %% training
scaled = layers.Normalization()
scaled.adapt(houses[:1200])
model = keras.Sequential(
    [
        keras.Input((3,)),
        scaled,
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
        layers.Rescaling(float(price[:1200].std()), offset=float(price[:1200].mean())),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mae", metrics=["mape"])
history = model.fit(houses, price, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_mape"][-1] < 6
