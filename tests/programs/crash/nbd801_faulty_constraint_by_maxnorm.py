"""Constraints and regularizers by their older names.

Names: maxnorm; max_norm
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.constraints import maxnorm
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import SGD

model = Sequential()
model.add(Dense(16, input_dim=8, init="normal", activation="relu", W_constraint=maxnorm(3)))
model.add(Dropout(0.2))
model.add(Dense(1, init="normal", activation="sigmoid"))
epochs = 3
rate = 0.1
sgd = SGD(lr=rate, momentum=0.9, decay=rate / epochs, nesterov=False)
model.compile(loss="binary_crossentropy", optimizer=sgd, metrics=["accuracy"])
model.fit(x, y, nb_epoch=epochs, batch_size=16, verbose=0)
