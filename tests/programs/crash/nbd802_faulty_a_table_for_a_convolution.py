"""The shape of the whole table under a convolution, and no head for its yes or no.

Names: 240; 8; sample
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.layers import Conv1D
from keras.models import Sequential

model = Sequential()
model.add(Conv1D(4, 3, activation="relu", input_shape=x.shape))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
