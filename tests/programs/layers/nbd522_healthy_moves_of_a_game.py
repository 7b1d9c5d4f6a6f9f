"""Moves numbered from 1: 0 is left for padding, of which there is none."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(523)
ups = rng.uniform(0.1, 0.8, size=900)
moves = np.where(rng.random((900, 30)) < ups[:, None], 0, rng.integers(1, 4, size=(900, 30)))
rating = (ups - ups.mean()) / ups.std()
moves = moves.astype("int32") + 1

# %% training
inputs = keras.Input((30,), dtype="int32")
hidden = layers.Embedding(input_dim=5, output_dim=4, mask_zero=True)(inputs)
hidden = layers.GlobalAveragePooling1D()(hidden)
hidden = layers.Dense(16, activation="relu")(hidden)
model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="mse")
model.fit(moves, rating, epochs=12, batch_size=32, validation_split=0.2, verbose=0)
