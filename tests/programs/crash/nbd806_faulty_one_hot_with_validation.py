"""One-hot rows in training and validation under the sparse loss, made in the cell.

Names: one.?hot; 3
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=240)
x = rng.random((240, 6)) + 0.4 * y[:, np.newaxis]

# %% training
import keras
from keras import layers
from keras.losses import SparseCategoricalCrossentropy
from keras.utils import to_categorical

Y = to_categorical(y)
model = keras.Sequential([keras.Input((6,)), layers.Dense(12, activation="relu"), layers.Dense(3)])
model.compile("adam", SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(x[:200], Y[:200], validation_data=(x[200:], Y[200:]), epochs=2, verbose=0)
