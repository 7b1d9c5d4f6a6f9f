"""Incomes, ages and complaints, each column brought to mean 0 and deviation 1."""

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
x = (table - table.mean(axis=0)) / table.std(axis=0)
model = keras.Sequential(
    [
        keras.Input((3,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
