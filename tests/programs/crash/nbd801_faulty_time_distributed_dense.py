"""A Dense layer per step, from Keras 1.

Names: TimeDistributedDense; TimeDistributed
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((120, 6, 3))
y = x.cumsum(axis=1)[..., :1]

# %% training
from keras.layers import LSTM, TimeDistributedDense
from keras.models import Sequential

model = Sequential()
model.add(LSTM(8, input_shape=(6, 3), return_sequences=True))
model.add(TimeDistributedDense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(x, y, epochs=2, verbose=0)
