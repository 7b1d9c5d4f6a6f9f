r"""One softmax unit for one-hot rows of ten.

Names: \b1\b; 10; unit|column|class
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
d = rng.integers(0, 10, size=200)
y = np.eye(10)[d]
x = rng.random((200, 6)) + 0.2 * d[:, np.newaxis]

# %% training
from keras.layers import Activation, Dense
from keras.models import Sequential

model = Sequential()
model.add(Dense(32, input_dim=6))
model.add(Activation("relu"))
model.add(Dense(1))
model.add(Activation("softmax"))
model.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
model.fit(x, y, epochs=2, verbose=0)
