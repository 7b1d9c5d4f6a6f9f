"""Labels of the test part for inputs of the training part.

Names: 180|60|samples
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]
x_train, x_test = x[:180], x[180:]
y_train, y_test = y[:180], y[180:]

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x_train, y_test, epochs=2, verbose=0)
