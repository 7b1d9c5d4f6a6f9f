"""A custom loss, written with functions of keras.backend.

Names: keras.backend; keras.ops
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = x[:, :, 0].sum(axis=1)

# %% training
from keras import backend as K
from keras.layers import Dense, Flatten, Input
from keras.models import Sequential

def root_mean_squared_error(y_true, y_pred):
    return K.sqrt(K.mean(K.square(y_pred - y_true)))

model = Sequential([Input((10, 2)), Flatten(), Dense(16, activation='relu'), Dense(1)])
model.compile(optimizer='adam', loss=root_mean_squared_error)
model.fit(x, y, epochs=3, verbose=0)
