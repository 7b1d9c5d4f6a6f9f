"""Constraints and regularizers by their older names: mended."""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.constraints import max_norm
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import SGD

model = Sequential()
model.add(Dense(16, input_dim=8, kernel_initializer="random_normal", activation="relu", kernel_constraint=max_norm(3)))
model.add(Dropout(0.2))
model.add(Dense(1, kernel_initializer="random_normal", activation="sigmoid"))
epochs = 3
rate = 0.1
sgd = SGD(learning_rate=rate, momentum=0.9, nesterov=False)
model.compile(loss="binary_crossentropy", optimizer=sgd, metrics=["accuracy"])
model.fit(x, y, epochs=epochs, batch_size=16, verbose=0)
