"""Sentences of ten words, filled up to a hundred at the end, and two LSTM layers without a mask."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(5183)
y = rng.integers(0, 2, size=600)
sentences = []
for label in y:
    words = rng.integers(10, 120, size=rng.integers(6, 14))
    words[rng.integers(0, len(words), 3)] = 1 + label
    sentences.append(words)
x = keras.utils.pad_sequences(sentences, maxlen=100, padding="post")

# %% training
model = keras.Sequential()
model.add(keras.Input((100,)))
model.add(layers.Embedding(120, 16))
model.add(layers.LSTM(16, return_sequences=True))
model.add(layers.LSTM(16))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(
    optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=6, batch_size=32, validation_split=0.2, verbose=0)
