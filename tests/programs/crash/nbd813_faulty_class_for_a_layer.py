"""A layer's class where the layer belongs.

Names: brackets|class
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.layers import Activation, Dense, Dropout, Flatten
from keras.models import Sequential

model = Sequential()
model.add(Dense(16, activation="relu", input_dim=8))
model.add(Flatten)
model.add(Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
