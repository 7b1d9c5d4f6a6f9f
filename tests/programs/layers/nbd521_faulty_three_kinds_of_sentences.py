"""Sentences of ten words, filled up to eighty at the end, and a GRU without a mask."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(5182)
y = rng.integers(0, 3, size=600)
sentences = []
for label in y:
    words = rng.integers(10, 120, size=rng.integers(6, 14))
    words[rng.integers(0, len(words), 3)] = 1 + label
    sentences.append(words)
x = keras.utils.pad_sequences(sentences, maxlen=80, padding="post")

# %% training
words = keras.Input((80,))
h = layers.Embedding(120, 24)(words)
h = layers.SpatialDropout1D(0.1)(h)
h = layers.GRU(24)(h)
kinds = layers.Dense(3, activation="softmax")(h)
model = keras.Model(words, kinds)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=6, batch_size=32, validation_split=0.2, verbose=0)
