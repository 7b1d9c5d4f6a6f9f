"""One number declared where each row is a series of them.

Names: \(1,\); \(15, 1\)
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
wave = np.sin(np.arange(300) / 7) + 0.1 * rng.normal(size=300)
x = np.stack([wave[i : i + 15] for i in range(280)])[..., np.newaxis]
y = wave[15:295]

# %% training
import keras
from keras import layers

model = keras.Sequential()
model.add(layers.Dense(6, input_shape=(1,)))
model.add(layers.Dense(12))
model.add(layers.GRU(16))
model.add(layers.Dense(1))
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=2, verbose=0)
