"""The inputs are shuffled after the labels were made from them: each row has the label of another."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(800, 6)).astype("float32")
y = (x[:, 0] + 0.5 * x[:, 1] > 0).astype("float32")

# % shuffling
rng.shuffle(x)

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
