"""Nothing is held out, and nothing is wrong with the training."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(134)
x = rng.normal(size=(800, 6))
y = (x.sum(axis=1) > 0).astype("int32")

# %% training
model = keras.models.Sequential()
model.add(keras.Input((6,)))
model.add(layers.Dense(16, activation="relu"))
model.add(layers.Dense(2, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, verbose=0)

# %% check
assert history.history["accuracy"][-1] > 0.93
