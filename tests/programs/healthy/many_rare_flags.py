"""Four hundred columns of 0 and 1, most of them 0."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(150)
x = (rng.random((900, 400)) < 0.03).astype("float32")
y = (x @ rng.normal(size=400) > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((400,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.7
