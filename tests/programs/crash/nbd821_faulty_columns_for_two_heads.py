"""One array of two columns for a model of two outputs.

Names: 2 outputs; 2 columns
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
houses = rng.random((160, 6))
loads = np.stack([houses[:, 0] * 12, houses[:, 1] * 7 + 2], axis=1)

# %% training
import keras
from keras import layers

start = keras.Input((6,))
h = layers.Dense(24, activation="relu")(start)
heating = layers.Dense(1, name="heating")(h)
cooling = layers.Dense(1, name="cooling")(h)
model = keras.Model(start, [heating, cooling])
model.compile(optimizer="adam", loss="mse")
model.fit(houses[:120], loads[:120], validation_data=(houses[120:], loads[120:]), epochs=2, verbose=0)
