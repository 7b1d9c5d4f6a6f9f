"""An autoencoder that loses a row and a column at an odd pooling.

Names: (18, 18, 1); (16, 16, 1)
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
kinds = rng.random((5, 18, 18, 1))
scans = (0.8 * kinds[rng.integers(0, 5, size=90)] + 0.2 * rng.random((90, 18, 18, 1))).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((18, 18, 1)),
    layers.Conv2D(8, 3, activation="relu", padding="same"),
    layers.MaxPooling2D(),
    layers.Conv2D(8, 3, activation="relu", padding="same"),
    layers.MaxPooling2D(),
    layers.UpSampling2D(),
    layers.Conv2D(8, 3, activation="relu", padding="same"),
    layers.UpSampling2D(),
    layers.Conv2D(1, 3, activation="sigmoid", padding="same"),
])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(scans, scans, epochs=1, batch_size=30, verbose=0)
