"""A third of the labels are wrong: the loss levels off above their noise."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(19)
x = rng.normal(size=(1000, 6)).astype("float32")
y = (x[:, 0] > 0) ^ (rng.random(1000) < 0.15)

# %% training
model = keras.Sequential([keras.Input((6,)), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y.astype("float32"), epochs=16, verbose=0)
