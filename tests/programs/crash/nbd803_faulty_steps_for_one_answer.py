"""A stack of LSTM layers, the last of which returns its steps, for a binary label.

Names: 10; return_sequences
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = (x[:, :, 0].sum(axis=1) > 5).astype(int)

# %% training
from keras.layers import LSTM, Dense, Dropout
from keras.models import Sequential

model = Sequential()
model.add(LSTM(8, return_sequences=True, input_shape=(10, 2)))
model.add(Dropout(0.2))
model.add(LSTM(8, return_sequences=True))
model.add(Dropout(0.2))
model.add(Dense(1, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy')
model.fit(x, y, epochs=2, verbose=0)
