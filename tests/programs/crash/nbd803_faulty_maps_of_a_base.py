"""A head on the maps of a functional base.

Names: 5, 5|7, 7; Flatten|flatten|pooling
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=120)
x = rng.random((120, 16, 16, 3)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]
y = np.eye(3)[y]

# %% training
import keras
from keras import layers

base_in = keras.Input((16, 16, 3))
h = layers.Conv2D(8, 3, strides=2, activation="relu")(base_in)
base = keras.Model(base_in, h)

model = keras.Sequential()
model.add(base)
model.add(layers.Dense(3, activation="softmax"))
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=2, verbose=0)
