"""evaluate on rows that were not reshaped as the training rows were.

Names: evaluate|test; 8|6
By hand: the missing columns are not in the text
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]
x_test, y_test = x[200:, :6], y[200:]

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))
