"""Labels encoded by np_utils, with the older names of its arguments.

Names: np_utils; to_categorical
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=240)
x = rng.random((240, 6)) + 0.4 * y[:, np.newaxis]

# %% training
from keras.models import Sequential
from keras.layers import Dense
from keras.utils import np_utils

targets = np_utils.to_categorical(y, nb_classes=3)
model = Sequential()
model.add(Dense(12, input_dim=6, activation="relu"))
model.add(Dense(3, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x, targets, epochs=3, batch_size=20, verbose=0)
