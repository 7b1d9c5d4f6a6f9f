r"""A decoder's layer called on what it was not made for.

Names: \b4\b; \b6\b
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = 0.5 * rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.layers import Dense, Input
from keras.models import Model

start = Input(shape=(8,))
coded = Dense(4, activation="relu")(start)
decoded = Dense(8, activation="sigmoid")(coded)
model = Model(start, decoded)
model.compile(optimizer="adam", loss="mse")
model.fit(x, x, epochs=2, verbose=0)
code = Input(shape=(6,))
decoder = Model(code, model.layers[-1](code))
