"""A convolution of Keras 1: rows and columns apart, border_mode, dim_ordering.

Names: rows, columns|border_mode; padding|Conv2D
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=180)
x = rng.random((180, 12, 12, 1)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
from keras.models import Sequential
from keras.layers import Activation, Convolution2D, Dense, Dropout, Flatten, MaxPooling2D

model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode='same', input_shape=(12, 12, 1), dim_ordering='tf'))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2), border_mode='valid'))
model.add(Dropout(p=0.25))
model.add(Flatten())
model.add(Dense(3))
model.add(Activation('softmax'))
model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(x, y, batch_size=20, epochs=3, verbose=0)
