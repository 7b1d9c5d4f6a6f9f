r"""Labels in a list of one too many brackets.

Names: 1\D{1,4}3; label
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = np.eye(3)[rng.integers(0, 3, size=90)][:, np.newaxis]
x = rng.random((90, 6)) + y[:, 0, :1]

# %% training
from keras.layers import Dense
from keras.models import Sequential

model = Sequential()
model.add(Dense(12, input_shape=(6,), activation="relu"))
model.add(Dense(3, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(x, y, epochs=2, verbose=0)
