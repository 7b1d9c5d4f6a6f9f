r"""A checkpoint under a file name that only Keras 2 accepts.

Names: \.keras
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

folder = tempfile.mkdtemp()
model = keras.Sequential([keras.Input((8,)), layers.Dense(12, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
best = keras.callbacks.ModelCheckpoint(os.path.join(folder, "best.hdf5"), monitor="loss", save_best_only=True)
model.fit(x, y, epochs=3, callbacks=[best], verbose=0)
