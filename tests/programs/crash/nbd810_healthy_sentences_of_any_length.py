"""Sentences of different lengths, not padded: mended."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=200)
x = rng.integers(1, 50, size=(200, 12)) + 50 * y[:, np.newaxis] * rng.integers(0, 2, size=(200, 12))
x = np.array([list(row[: 5 + k % 7]) for k, row in enumerate(x)], dtype=object)

# %% training
from keras.layers import Dense, Embedding, GlobalAveragePooling1D
from keras.models import Sequential
from keras.utils import pad_sequences

model = Sequential([Embedding(101, 8), GlobalAveragePooling1D(), Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(pad_sequences(x, maxlen=11), y, epochs=2, verbose=0)
