"""Pictures from ImageDataGenerator, trained with fit_generator and samples_per_epoch.

Names: ImageDataGenerator; tensorflow
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=120)
x = rng.random((120, 16, 16, 3)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator

flips = ImageDataGenerator(horizontal_flip=True)
model = Sequential()
model.add(Conv2D(4, (3, 3), activation="relu", input_shape=(16, 16, 3)))
model.add(Flatten())
model.add(Dense(3, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit_generator(flips.flow(x, y, batch_size=20), samples_per_epoch=len(x), nb_epoch=2, verbose=0)
