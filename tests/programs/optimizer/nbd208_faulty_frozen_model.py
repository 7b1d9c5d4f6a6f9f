"""The model is frozen, head and all."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(26)
y = rng.integers(0, 3, size=900)
x = (rng.normal(size=(3, 16))[y] + rng.normal(size=(900, 16))).astype("float32")

# %% training
body = keras.Sequential([keras.Input((16,)), layers.Dense(64, activation="relu")])
model = keras.Sequential([body, layers.Dense(3, activation="softmax")])
model.trainable = False
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=4, verbose=0)
