"""The same without from_logits."""

# %% data
import numpy as np

rng = np.random.default_rng(13)
y = rng.integers(0, 2, size=1000)
x = rng.normal(size=(1000, 8)) + 0.4 * np.outer(2 * y - 1, np.ones(8))
x = x.astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
        layers.Reshape((1,)),
    ]
)
model.compile(
    optimizer="adam",
    loss=keras.losses.BinaryCrossentropy(),
    metrics=["accuracy"],
)
model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
