"""An LSTM with the names of Keras 1.

Names: output_dim; units; keras.layers.core
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = x[:, :, 0].sum(axis=1)

# %% training
from keras.models import Sequential
from keras.layers.core import Dense
from keras.layers.recurrent import LSTM

model = Sequential()
model.add(LSTM(output_dim=8, input_shape=(10, 2), inner_activation='hard_sigmoid', dropout_W=0.1, dropout_U=0.1))
model.add(Dense(1))
model.compile(loss='mean_squared_error', optimizer='rmsprop')
model.fit(x, y, batch_size=16, nb_epoch=2, verbose=0)
