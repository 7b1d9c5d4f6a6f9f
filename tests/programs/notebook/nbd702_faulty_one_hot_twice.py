"""to_categorical on labels that were one-hot already."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(72)
centres = rng.normal(size=(5, 8))
y = rng.integers(0, 5, size=600)
x = centres[y] + 0.5 * rng.normal(size=(600, 8))
y = keras.utils.to_categorical(y)
y = keras.utils.to_categorical(y)

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="categorical_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=5, verbose=0)
