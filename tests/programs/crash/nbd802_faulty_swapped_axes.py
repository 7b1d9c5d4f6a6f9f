"""Steps and features the wrong way round.

Names: 2, 10; 10, 2
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = x[:, :, 0].sum(axis=1)

# %% training
from keras.layers import LSTM, Dense
from keras.models import Sequential

model = Sequential()
model.add(LSTM(8, input_shape=(2, 10)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(x, y, epochs=2, verbose=0)
