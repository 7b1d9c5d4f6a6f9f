"""A second LSTM after the last step of the first."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 6, 3), dtype="float32") + 0.5 * y.reshape(-1, 1, 1)
x = x.astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((6, 3)),
        layers.LSTM(8),
        layers.LSTM(8),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=6, batch_size=16, verbose=0)
