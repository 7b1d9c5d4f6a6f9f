"""Word numbers up to the size of the vocabulary.

Names: 101|100; vocab|input_dim|word
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=200)
x = rng.integers(1, 50, size=(200, 12)) + 50 * y[:, np.newaxis] * rng.integers(0, 2, size=(200, 12))
x[0, 0] = 100
vocabulary = 100

# %% training
from keras.layers import LSTM, Dense, Embedding
from keras.models import Sequential

model = Sequential()
model.add(Embedding(vocabulary, 8))
model.add(LSTM(6))
model.add(Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=2, verbose=0)
