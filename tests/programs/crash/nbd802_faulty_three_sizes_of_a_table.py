"""The sizes of a table taken for those of series of steps.

Names: windows; (120, 20); three|3
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
windows = np.cumsum(rng.normal(size=(120, 21)), axis=1).astype("float32")
following = windows[:, -1]
windows = windows[:, :-1]

# %% training
import keras
from keras import layers

rows, steps, features = windows.shape
model = keras.Sequential([
    keras.Input((steps, features)),
    layers.LSTM(10),
    layers.Dense(1),
])
model.compile("adam", "mse")
model.fit(windows, following, epochs=2, verbose=0)
