"""Classes 1, 2 and 3 under a head of three.

Names: 3; 0|label|class
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=240)
x = rng.random((240, 6)) + 0.4 * y[:, np.newaxis]
y = y + 1

# %% training
from keras.layers import Dense
from keras.models import Sequential

model = Sequential()
model.add(Dense(12, input_dim=6, activation="relu"))
model.add(Dense(3, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x, y, epochs=2, validation_split=0.2, verbose=0)
