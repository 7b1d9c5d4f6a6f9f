"""One answer per word, where one per text is wanted.

Names: 12; Flatten|flatten|pooling
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=200)
x = rng.integers(1, 50, size=(200, 12)) + 50 * y[:, np.newaxis] * rng.integers(0, 2, size=(200, 12))
y = np.eye(2)[y]

# %% training
from keras.layers import Dense, Embedding
from keras.models import Sequential

model = Sequential()
model.add(Embedding(101, 8))
model.add(Dense(16, activation="relu"))
model.add(Dense(2, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(x, y, epochs=2, verbose=0)
