"""One-hot rows that are encoded a second time.

Names: 6\D{1,4}2; already; to_categorical
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
digits = rng.integers(0, 6, size=240)
x = rng.random((240, 10)) + np.eye(6)[digits].repeat(2, axis=1)[:, :10]
y = np.eye(6)[digits]

# %% training
from keras.utils import to_categorical
import keras
from keras import layers

labels = to_categorical(y)
model = keras.Sequential([keras.Input((10,)), layers.Dense(24, activation="relu"), layers.Dense(6, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, labels, epochs=2, verbose=0)
