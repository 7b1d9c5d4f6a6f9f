"""Class weights counted from one, labels from zero."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(419)
y = (rng.random(900) < 0.1).astype("float32")
x = rng.normal(size=(900, 6)) + 1.5 * y[:, None]

# %% training
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
model.fit(x, y, epochs=6, class_weight={1: 1.0, 2: 9.0}, validation_split=0.2, verbose=0)
