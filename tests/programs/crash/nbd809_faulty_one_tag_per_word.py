"""A layer per step after a recurrent layer that returns only its last one.

Names: TimeDistributed; return_sequences
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
words = rng.integers(1, 50, size=(96, 12))
tags = np.eye(4)[words % 4]

# %% training
import keras
from keras import layers

text = keras.Input((12,))
h = layers.Embedding(50, 16)(text)
h = layers.Bidirectional(layers.LSTM(16))(h)
model = keras.Model(text, layers.TimeDistributed(layers.Dense(4, activation="softmax"))(h))
model.compile(optimizer="adam", loss="categorical_crossentropy")
model.fit(words, tags, epochs=1, verbose=0)
