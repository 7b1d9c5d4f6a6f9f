r"""Grey pictures without channels for a functional model.

Names: 12\D{1,4}12; channel
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=180)
x = rng.random((180, 12, 12, 1)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]
x = x[..., 0]

# %% training
import keras
from keras import layers

start = keras.Input((12, 12))
h = layers.Conv2D(8, 3, activation="relu")(start)
h = layers.GlobalAveragePooling2D()(h)
model = keras.Model(start, layers.Dense(3, activation="softmax")(h))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
