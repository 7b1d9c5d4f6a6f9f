"""Incomes, ages and complaints, each sample scaled to length 1: the income is 1 in all of them."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(431)
income = rng.normal(40_000, 8_000, 1200)
age, complaints = rng.uniform(18, 80, 1200), rng.poisson(2, 1200)
table = np.column_stack([income, age, complaints])
y = (0.05 * (age - 49) + complaints - 2 > 0).astype("int64")

# %% training
x = keras.utils.normalize(table, axis=1)
model = keras.Sequential(
    [
        keras.Input((3,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
