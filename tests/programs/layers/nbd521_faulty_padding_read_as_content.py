"""Sentences of ten words, filled up to a hundred at the end, and an LSTM without a mask."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(518)
y = rng.integers(0, 2, size=600)
sentences = []
for label in y:
    words = rng.integers(10, 120, size=rng.integers(6, 14))
    words[rng.integers(0, len(words), 3)] = 1 + label
    sentences.append(words)
x = keras.utils.pad_sequences(sentences, maxlen=100, padding="post")

# %% training
model = keras.Sequential(
    [
        keras.Input((100,)),
        layers.Embedding(120, 16),
        layers.LSTM(16),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=6, batch_size=32, validation_split=0.2, verbose=0)
