"""A column that is the same in every row."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(9)
x = rng.normal(size=(400, 5))
y = (x[:, 0] * x[:, 1] > 0).astype("float32")
x[:, 4] = 2.024

# %% training
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["acc"])
model.fit(x, y, epochs=12, verbose=0)
