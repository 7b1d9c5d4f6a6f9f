"""Labels that are words, in training and validation.

Names: text|str|string; number|class
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=240)
x = rng.random((240, 6)) + 0.4 * y[:, np.newaxis]
y = np.array(['rose', 'lily', 'fern'])[y]

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((6,)), layers.Dense(12, activation="relu"), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:200], y[:200], validation_data=(x[200:], y[200:]), epochs=2, verbose=0)
