r"""Colour pictures whose channels come first.

Names: 3\D{1,4}16\D{1,4}16; channel
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=120)
x = rng.random((120, 16, 16, 3)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]
x = x.transpose(0, 3, 1, 2)

# %% training
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential

model = Sequential()
model.add(Conv2D(8, (3, 3), activation="relu", input_shape=(3, 16, 16)))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(8, (3, 3), activation="relu"))
model.add(MaxPooling2D((2, 2)))
model.add(Flatten())
model.add(Dense(3, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
