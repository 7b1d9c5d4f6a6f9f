"""Five more epochs, counted on."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(83)
x = rng.normal(size=(600, 6)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% model
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% training
model.fit(x, y, initial_epoch=6, epochs=11, validation_split=0.2, verbose=0)
