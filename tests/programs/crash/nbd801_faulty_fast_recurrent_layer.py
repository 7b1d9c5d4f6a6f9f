"""CuDNNLSTM, from the days when it was a separate layer.

Names: CuDNNLSTM; LSTM
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = x[:, :, 0].sum(axis=1)

# %% training
from keras.models import Sequential
from keras.layers import CuDNNLSTM, Dense

model = Sequential()
model.add(CuDNNLSTM(8, input_shape=(10, 2), return_sequences=True))
model.add(CuDNNLSTM(8))
model.add(Dense(1))
model.compile(loss='mse', optimizer='adam')
model.fit(x, y, epochs=2, verbose=0)
