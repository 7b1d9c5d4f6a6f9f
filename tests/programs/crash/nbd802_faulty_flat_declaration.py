r"""Pictures for a model that was declared for flat rows.

Names: 144|\(784,\); 12
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=180)
x = rng.random((180, 12, 12, 1)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
from keras.layers import Dense, Input
from keras.models import Model

start = Input(shape=(144,))
hidden = Dense(32, activation="relu")(start)
answer = Dense(3, activation="softmax")(hidden)
model = Model(start, answer)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
