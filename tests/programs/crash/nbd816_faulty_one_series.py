"""predict on one series of steps without the axis of the batch.

Names: 10; row|sample|batch
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
model.add(LSTM(8, input_shape=(10, 2)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(x, y, epochs=2, verbose=0)
forecast = model.predict(x[-1], verbose=0)
