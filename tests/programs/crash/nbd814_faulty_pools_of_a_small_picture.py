"""Pooling until nothing is left of the picture.

Names: window|small|size
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=180)
x = rng.random((180, 12, 12, 1)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential

model = Sequential()
model.add(Conv2D(4, (3, 3), activation="relu", input_shape=(12, 12, 1)))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(4, (3, 3), activation="relu"))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(4, (3, 3), activation="relu"))
model.add(Flatten())
model.add(Dense(3, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
