"""Weights of the losses given again, with the losses."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(80)
x = rng.normal(size=(600, 6)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")
z = x[:, 2:3] - x[:, 3:4]

# %% model
start = keras.Input((6,))
hidden = layers.Dense(16, activation="relu")(start)
kind = layers.Dense(1, activation="sigmoid", name="kind")(hidden)
size = layers.Dense(1, name="size")(hidden)
model = keras.Model(start, [kind, size])
losses = {"kind": "binary_crossentropy", "size": "mse"}
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=losses)
model.fit(x, {"kind": y, "size": z}, epochs=2, verbose=0)

# %% training
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss=losses, loss_weights={"kind": 1.0, "size": 5.0}
)
model.fit(x, {"kind": y, "size": z}, epochs=6, validation_split=0.2, verbose=0)
