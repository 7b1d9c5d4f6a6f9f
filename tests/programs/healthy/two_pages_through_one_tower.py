"""One tower, batch normalization first, reads both inputs: their raw bytes never reach a weight."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(401)
left = (rng.random((1200, 6)) * 255).astype("float32")
right = (rng.random((1200, 6)) * 255).astype("float32")
near = (np.abs(left[:, 0] - right[:, 0]) < 60).astype("float32")

# %% training
page = keras.Input((6,))
hidden = layers.Dense(32, activation="tanh")(layers.BatchNormalization()(page))
tower = keras.Model(page, layers.Dense(16, activation="tanh")(hidden))
first, second = keras.Input((6,)), keras.Input((6,))
apart = layers.Subtract()([tower(first), tower(second)])
hidden = layers.Dense(32, activation="relu")(apart)
model = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(hidden))
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(
    [left, right], near, epochs=60, batch_size=32, validation_split=0.2, verbose=0
)

# %% check
assert history.history["accuracy"][-1] > 0.9
