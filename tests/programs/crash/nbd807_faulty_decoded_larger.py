"""An autoencoder whose halves of 20 come back as 24.

Names: (20, 20, 1); (24, 24, 1)
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
kinds = rng.random((6, 20, 20, 1))
scans = (0.8 * kinds[rng.integers(0, 6, size=96)] + 0.2 * rng.random((96, 20, 20, 1))).astype("float32")

# %% training
from keras.layers import Conv2D, Input, MaxPooling2D, UpSampling2D
from keras.models import Model

shown = Input(shape=(20, 20, 1))
h = Conv2D(8, 3, activation="relu", padding="same")(shown)
h = MaxPooling2D(2, padding="same")(h)
h = Conv2D(4, 3, activation="relu", padding="same")(h)
h = MaxPooling2D(2, padding="same")(h)
h = MaxPooling2D(2, padding="same")(h)
h = Conv2D(4, 3, activation="relu", padding="same")(h)
h = UpSampling2D(2)(h)
h = UpSampling2D(2)(h)
h = Conv2D(8, 3, activation="relu", padding="same")(h)
h = UpSampling2D(2)(h)
seen = Conv2D(1, 3, activation="sigmoid", padding="same")(h)

model = Model(shown, seen)
model.compile(optimizer="adam", loss="mse")
model.fit(scans, scans, epochs=1, batch_size=32, verbose=0)
