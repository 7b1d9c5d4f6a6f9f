r"""Weights saved under a name that Keras 3 refuses.

Names: weights; \.weights\.h5
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import os
import tempfile

import keras
from keras import layers

place = tempfile.mkdtemp()
model = keras.Sequential([keras.Input((8,)), layers.Dense(12, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(x, y, epochs=3, verbose=0)
model.save_weights(os.path.join(place, "model.h5"))
model.load_weights(os.path.join(place, "model.h5"))
