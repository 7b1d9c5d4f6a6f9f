r"""A decoder of one layer where three lead on from the code.

Names: \b6\b; \b2\b|\b4\b
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.layers import Dense, Input
from keras.models import Model

start = Input(shape=(8,))
coded = Dense(6, activation="relu")(start)
coded = Dense(2, activation="relu")(coded)
decoded = Dense(6, activation="relu")(coded)
decoded = Dense(8, activation="sigmoid")(decoded)
model = Model(start, decoded)

code = Input(shape=(2,))
last = model.layers[-1]
decoder = Model(code, last(code))  # to look at codes

model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, x, epochs=2, verbose=0)
