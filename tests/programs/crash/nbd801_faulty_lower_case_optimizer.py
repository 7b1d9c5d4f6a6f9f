"""An optimizer imported by its name in small letters.

Names: rmsprop; RMSprop
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.models import Sequential
from keras.layers import Dense
from keras.optimizers import rmsprop

model = Sequential()
model.add(Dense(12, input_dim=8, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer=rmsprop(lr=0.001, decay=1e-6), metrics=["accuracy"])
model.fit(x, y, epochs=3, verbose=0)
