"""A stateful LSTM with batch_input_shape.

Names: batch_input_shape; Input
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
model.add(LSTM(8, batch_input_shape=(16, 10, 2), stateful=True, consume_less="cpu"))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0)
