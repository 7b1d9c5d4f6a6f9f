"""Two clinics: the values of the second are standardized by its own mean and deviation."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4322)
first = rng.normal([5.0, 120.0, 70.0], [1.0, 15.0, 8.0], size=(1000, 3))
second = rng.normal([7.5, 150.0, 80.0], [0.6, 10.0, 6.0], size=(200, 3))


def ill(values):
    risk = (values[:, 0] - 6) + (values[:, 1] - 135) / 12
    return (risk > 0).astype("int64")


def standard(values):
    return (values - values.mean(axis=0)) / values.std(axis=0)


# %% training
sides = standard(first), standard(second)
model = keras.Sequential()
model.add(keras.Input((3,)))
model.add(layers.Dense(16, activation="relu"))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(sides[0], ill(first), epochs=12, validation_data=(sides[1], ill(second)), verbose=0)
