"""A bidirectional layer that returns every step: mended."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = np.eye(2)[(x[:, :, 0].sum(axis=1) > 5).astype(int)]

# %% training
from keras.layers import GRU, Bidirectional, Dense
from keras.models import Sequential

model = Sequential()
model.add(Bidirectional(GRU(6), input_shape=(10, 2)))
model.add(Dense(2, activation="softmax"))
model.compile("rmsprop", "categorical_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
