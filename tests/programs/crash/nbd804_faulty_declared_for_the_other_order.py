"""A builder that declares channels last, and pictures whose channels come first.

Names: 3\D{1,4}20\D{1,4}20; channel
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=80)
pictures = rng.random((80, 3, 20, 20)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% model
import keras
from keras import layers


def small_net(side):
    net = keras.Sequential()
    net.add(layers.Conv2D(8, 3, activation="relu", input_shape=(side, side, 3)))
    net.add(layers.MaxPooling2D(2))
    net.add(layers.Flatten())
    net.add(layers.Dense(1, activation="sigmoid"))
    net.compile(optimizer="adam", loss="binary_crossentropy")
    return net

# %% training
model = small_net(20)
model.fit(pictures, y, epochs=1, verbose=0)
