"""The steps are counted in units of their deviation, from their mean."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(3152)
x = rng.normal(size=(1000, 6)).astype("float32")
steps = (x[:, 0]).astype("float32")
kind = (x[:, 1] * x[:, 2] > 0).astype("int32") + 2 * (x[:, 3] * x[:, 4] > 0).astype("int32")

# %% training
inputs = keras.Input((6,))
hidden = layers.Dense(64, activation="relu")(inputs)
hidden = layers.Dense(64, activation="relu")(hidden)
model = keras.Model(
    inputs, [layers.Dense(1, name="steps")(hidden), layers.Dense(4, activation="softmax")(hidden)]
)
model.compile("adam", ["mae", "sparse_categorical_crossentropy"])
history = model.fit(x, [steps, kind], epochs=60, batch_size=32, verbose=0)
