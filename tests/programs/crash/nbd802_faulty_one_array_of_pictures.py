r"""input_shape counts the pictures in.

Names: 120; 16\D{1,4}16
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=120)
x = rng.random((120, 16, 16, 3)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
from keras.layers import Conv2D, Dense, Flatten, Input
from keras.models import Model

start = Input(shape=(120, 16, 16, 3))
h = Conv2D(4, (3, 3), activation="relu")(start)
h = Flatten()(h)
answer = Dense(3, activation="softmax")(h)
model = Model(start, answer)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
