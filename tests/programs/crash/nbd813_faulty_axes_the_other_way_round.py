"""Weights of the steps, repeated along the wrong axis.

Names: (15, 24); (24, 15)
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
words = rng.integers(1, 80, size=(90, 15))
liked = (words.mean(axis=1) > 40).astype("float32")

# %% training
import keras
from keras import layers

start = keras.Input((15,))
read = layers.GRU(24, return_sequences=True)(layers.Embedding(80, 8)(start))
weights = layers.Flatten()(layers.Dense(1)(read))
weights = layers.Softmax()(weights)
weights = layers.RepeatVector(24)(weights)
heard = layers.multiply([read, weights])
heard = layers.GlobalAveragePooling1D()(heard)
model = keras.Model(start, layers.Dense(1, activation="sigmoid")(heard))
model.compile("adam", "binary_crossentropy")
model.fit(words, liked, epochs=1, verbose=0)
