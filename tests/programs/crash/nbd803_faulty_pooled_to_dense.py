"""Maps of a pooling layer under a Dense head, class numbers as labels.

Names: flatten|pooling
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=180)
x = rng.random((180, 12, 12, 1)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]
y = np.eye(3)[y]

# %% training
from keras.layers import Activation, Conv2D, Dense, Dropout, MaxPooling2D
from keras.models import Sequential

model = Sequential()
model.add(Conv2D(4, (3, 3), input_shape=(12, 12, 1)))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Dense(16))
model.add(Activation('relu'))
model.add(Dense(3))
model.add(Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adadelta', metrics=['accuracy'])
model.fit(x, y, batch_size=20, epochs=2, verbose=0)
