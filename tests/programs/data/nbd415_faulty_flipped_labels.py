"""A third of the labels is turned: both curves stop at the same ceiling."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(19)
x = rng.normal(size=(4000, 4))
y = (x[:, 0] > 0).astype("float32")
turned = rng.random(4000) < 0.3
y[turned] = 1 - y[turned]

# %% training
model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(8, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=12, batch_size=128, validation_split=0.25, verbose=0)
