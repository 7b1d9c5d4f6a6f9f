"""Three sigmoid units on one-hot labels under categorical cross-entropy."""

# %% data
import numpy as np

rng = np.random.default_rng(9)
y = rng.integers(0, 3, size=1000)
centres = 0.4 * rng.normal(size=(3, 8))
x = (centres[y] + rng.normal(size=(1000, 8))).astype("float32")
y = np.eye(3)[y]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(3, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)
