"""A residual block whose shortcut has fewer channels than what it is added to.

Names: 8; 16
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=120)
x = rng.random((120, 12, 12, 1)) + 0.4 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% model
import keras
from keras import layers


def block(h, filters):
    kept = h
    h = layers.Conv2D(filters, 3, padding="same", activation="relu")(h)
    h = layers.Conv2D(filters, 3, padding="same")(h)
    return layers.ReLU()(layers.Add()([kept, h]))

# %% training
picture = keras.Input((12, 12, 1))
h = layers.Conv2D(8, 3, padding="same", activation="relu")(picture)
h = block(h, 8)
h = block(h, 16)
h = layers.GlobalAveragePooling2D()(h)
model = keras.Model(picture, layers.Dense(3, activation="softmax")(h))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(x, y, epochs=1, verbose=0)
