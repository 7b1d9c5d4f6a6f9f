"""One step per epoch over all rows, and many epochs."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(136)
x = rng.normal(size=(200, 4)).astype("float32")
y = (x[:, 0] > x[:, 1]).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=60, batch_size=200, verbose=0)

# %% check
assert history.history["accuracy"][-1] > 0.95
