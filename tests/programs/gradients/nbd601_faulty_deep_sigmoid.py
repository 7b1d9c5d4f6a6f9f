"""Ten sigmoid layers: each divides the gradient by four or more."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(9)
rng = np.random.default_rng(9)
x = rng.normal(size=(1600, 10)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential([keras.Input((10,))])
for _ in range(10):
    model.add(layers.Dense(16, activation="sigmoid"))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=8, verbose=0)
