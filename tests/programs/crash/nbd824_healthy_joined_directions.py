"""Both directions of a recurrent layer, added up."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
series = rng.normal(size=(160, 12, 2)).astype("float32")
rising = (series[:, -1, 0] > series[:, 0, 0]).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential()
model.add(keras.Input((12, 2)))
model.add(layers.Bidirectional(layers.LSTM(8), merge_mode="sum"))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(series, rising, epochs=3, verbose=0)
