"""One to five stars, encoded with five columns that count from 0.

Names: 5; 1; from
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
stars = rng.integers(1, 6, size=240)
x = rng.random((240, 10)) + 0.2 * stars[:, np.newaxis]

# %% training
from keras.utils import to_categorical
import keras
from keras import layers

labels = to_categorical(stars, num_classes=5)
model = keras.Sequential([keras.Input((10,)), layers.Dense(24, activation="relu"), layers.Dense(5, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy")
model.fit(x, labels, epochs=2, verbose=0)
