"""Two hundred rows."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(20)
rows = 200
y = np.arange(rows) % 2
x = rng.normal(size=(rows, 4)) + 2 * y[:, None]

# %% training
model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["acc"])
model.fit(x, y, epochs=20, verbose=0)
