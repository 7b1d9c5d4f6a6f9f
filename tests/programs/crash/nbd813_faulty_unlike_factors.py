"""A product of two embeddings of different widths.

Names: 12; 20; Dot
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
users, films = rng.integers(0, 40, size=300), rng.integers(0, 25, size=300)
stars = rng.integers(1, 6, size=300).astype("float32")

# %% training
import keras
from keras import layers

user, film = keras.Input((1,)), keras.Input((1,))
u = layers.Flatten()(layers.Embedding(40, 20)(user))
f = layers.Flatten()(layers.Embedding(25, 12)(film))
model = keras.Model([user, film], layers.Dot(axes=1)([u, f]))
model.compile(optimizer="adam", loss="mse")
model.fit([users, films], stars, epochs=2, verbose=0)
