"""A metric that Keras does not know.

Names: accuracy
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.layers import Dense
from keras.models import Sequential

model = Sequential([Dense(16, activation="relu", input_dim=8), Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accurcy"])
model.fit(x, y, epochs=2, verbose=0)
