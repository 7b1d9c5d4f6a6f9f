"""A custom loss that forgets to return.

Names: squares; return
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240).astype('float32')
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers


def squares(y_true, y_pred):
    keras.ops.mean(keras.ops.square(y_true - y_pred))


model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss=squares)
model.fit(x, y, epochs=2, verbose=0)
