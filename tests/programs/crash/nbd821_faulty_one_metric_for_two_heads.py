"""One metric in a list for a model of two outputs, as Keras 2 took it.

Names: metrics; 2 outputs
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
pictures = rng.random((80, 12, 12, 1)).astype("float32")
shade = pictures.mean(axis=(1, 2, 3))
bright = (shade > np.median(shade)).astype("float32")
kind = rng.integers(0, 3, size=80)
pictures += kind[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
import keras
from keras import layers

start = keras.Input((12, 12, 1))
h = layers.Flatten()(layers.Conv2D(4, 3, activation="relu")(start))
one = layers.Dense(1, activation="sigmoid", name="bright")(h)
other = layers.Dense(3, activation="softmax", name="kind")(h)
model = keras.Model(start, [one, other])
model.compile(optimizer="adam", loss=["binary_crossentropy", "sparse_categorical_crossentropy"], metrics=["accuracy"])
model.fit(pictures, [bright, kind], epochs=1, batch_size=20, verbose=0)
