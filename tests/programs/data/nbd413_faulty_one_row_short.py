"""Ids from 1 to 60 into an Embedding with rows 0 to 59."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(17)
mood = rng.choice([-1.0, 1.0], size=61)
words = rng.integers(1, 61, size=(600, 15))
labels = (mood[words].sum(axis=1) > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        layers.Embedding(60, 8),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy", metrics=["acc"])
model.fit(words, labels, epochs=6, verbose=0)
