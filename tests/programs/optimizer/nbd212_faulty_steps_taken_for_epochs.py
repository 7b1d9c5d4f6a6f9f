"""decay_steps of 2 counts batches: the rate is gone within the first epochs."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(800, 6)).astype("float32")
y = (x[:, 0] + 0.5 * x[:, 1] > 0).astype("float32")

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
rate = keras.optimizers.schedules.ExponentialDecay(0.003, decay_steps=2, decay_rate=0.5)
model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=24, validation_split=0.2, verbose=0)
