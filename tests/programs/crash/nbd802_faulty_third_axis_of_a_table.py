"""The third size of a table, for an LSTM.

Names: X_train; (30,)|(150, 30); (30, 1)
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
waves = np.sin(np.arange(181)[np.newaxis] * 0.3 + rng.random((200, 1)) * 6)
X_train, X_test = waves[:150, :30], waves[150:, :30]
y_train, y_test = waves[:150, 30], waves[150:, 30]

# %% training
from tensorflow.keras.layers import GRU, Dense
from tensorflow.keras.models import Sequential

model = Sequential()
model.add(GRU(12, input_shape=(X_train.shape[1], X_train.shape[2])))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(X_train, y_train, epochs=2, validation_data=(X_test, y_test), verbose=0)
