"""The labels are compared with the right word."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(800, 6)).astype("float32")
words = np.where(x[:, 0] + 0.5 * x[:, 1] > 0, "yes", "no")
y = (words == "yes").astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)
