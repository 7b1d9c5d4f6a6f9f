"""Maps of an odd size, pooled and enlarged again beside what they were.

Names: 24; 25; odd
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
scans = rng.random((12, 50, 50, 1)).astype("float32")
masks = (scans > 0.5).astype("float32")

# %% training
import keras
from keras import layers

scan = keras.Input((50, 50, 1))
a = layers.Conv2D(4, 3, padding="same", activation="relu")(scan)
b = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D(2)(a))
c = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D(2)(b))
b = layers.concatenate([layers.UpSampling2D(2)(c), b])
a = layers.concatenate([layers.UpSampling2D(2)(b), a])
model = keras.Model(scan, layers.Conv2D(1, 1, activation="sigmoid")(a))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(scans, masks, epochs=1, verbose=0)
