"""Two names for the three tensors of an LSTM with states.

Names: LSTM; 3; 2
By hand: which of the states the second name means is not in the text
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

start = keras.Input((8, 1))
answer, state = layers.LSTM(6, return_state=True)(start)
model = keras.Model(start, layers.Dense(1, activation="sigmoid")(answer))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
